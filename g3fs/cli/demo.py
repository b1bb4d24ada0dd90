"""`g3fs demo`."""

from pathlib import Path

import click

from g3fs.config.address import KINDS


@click.command()
@click.argument("mountpoint", type=click.Path(path_type=Path), default=Path("gallery"))
@click.option("--server-only", is_flag=True, help="Do not mount; print one line of JSON.")
@click.option("--kind", type=click.Choice(KINDS), default="gallery3", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any free one.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the server's pictures in this directory.",
)
def demo(mountpoint: Path, kind: str, port: int, data: Path | None, *, server_only: bool) -> None:
    """Start a gallery server with sample pictures and mount it on MOUNTPOINT (./gallery).

    Ctrl-C unmounts, ends the server, and leaves nothing behind.
    """
    # Here, not above: it brings a web server along.
    from g3fs.cli.demonstration import mounted_until_stopped, until_stopped
    from g3fs.demo.server import DemoServer

    server = DemoServer(kind=kind, port=port, data=data)
    if server_only:
        until_stopped(server)
    else:
        mounted_until_stopped(server, mountpoint)
