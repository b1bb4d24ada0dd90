"""The fields of Mutation, each a transaction of its own."""

from collections.abc import Mapping

from g3fs.demo.stash.administration import ADMINISTRATION
from g3fs.demo.stash.context import Context
from g3fs.demo.stash.destroying import DESTROYING
from g3fs.demo.stash.editing import updating
from g3fs.demo.stash.execution import Resolver
from g3fs.demo.stash.galleries import GALLERIES
from g3fs.demo.stash.moving import MOVING
from g3fs.demo.stash.tags import TAGS


def _whole(resolver: Resolver) -> Resolver:
    def resolve(root: object, context: Context, arguments: object) -> object:
        with context.store.transaction():
            return resolver(root, context, arguments)

    return resolve


_image, _images, _bulk_image = updating("images")
_scene, _scenes, _bulk_scene = updating("scenes")
_ALL: Mapping[str, Resolver] = {
    **GALLERIES,
    **DESTROYING,
    **TAGS,
    **MOVING,
    **ADMINISTRATION,
    "imageUpdate": _image,
    "imagesUpdate": _images,
    "bulkImageUpdate": _bulk_image,
    "sceneUpdate": _scene,
    "scenesUpdate": _scenes,
    "bulkSceneUpdate": _bulk_scene,
}
MUTATIONS: Mapping[str, Resolver] = {name: _whole(one) for name, one in _ALL.items()}
