"""heroku:app/ociImage:OciImage: code in a registry, made known to an app of the Fir generation."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.imports import app_id_of, split_id
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, map_of, string
from infra.providers.kit.resource import Live, Made, Old, Resource, stays
from infra.providers.kit.values import Values

TEXTS = ("architecture", "base_image_name", "base_top_layer", "commit", "commit_description", "image_repo", "digest")
FIELDS = {
    "app_id": string("The app's id.", required=True, replace=True),
    "image_repo": string("The image's repository: registry.example.com/shop.", required=True, replace=True),
    "digest": string("The image's digest: sha256:….", required=True, replace=True),
    "process_types": map_of(TEXT, "The command of each process type.", required=True, replace=True),
    "architecture": string("amd64 or arm64.", replace=True, keep=True),
    "base_image_name": string("The image that it was built on.", replace=True, keep=True),
    "base_top_layer": string("That image's top layer.", replace=True, keep=True),
    "commit": string("The commit that it was made from.", replace=True, keep=True),
    "commit_description": string("What that commit says.", replace=True, keep=True),
}


def _outputs(app: str, image: dict[str, Any]) -> Values:
    outputs = {name: image[name] for name in TEXTS if image[name]}
    processes = {name: process["command"] for name, process in image["process_types"].items()}
    return {**outputs, "app_id": app, "process_types": processes}


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    processes = {name: {"name": name, "command": command} for name, command in new["process_types"].items()}
    body = {**{name: new[name] for name in TEXTS if name in new}, "process_types": processes}
    # An image whose answer was lost is nothing but a record that nobody uses.
    image = await heroku.post(at("apps", new["app_id"], "oci-images"), body, repeatable=True)
    return Made(image["id"], {**_outputs(new["app_id"], image), **new})


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            app, id = split_id(id, "app:image")
            app = await app_id_of(heroku, app)
        else:
            app = old["app_id"]
        found = await heroku.get(at("apps", app, "oci-images", id))
    except NotFound:
        return None
    # Heroku answers a list of one.
    image = found[0] if isinstance(found, list) else found
    return Live(image["id"], _outputs(app, image))


RESOURCE: Resource[Heroku] = Resource(
    "heroku:app/ociImage:OciImage",
    help="An image in a registry, made known to an app, to be released. Deleting it changes nothing.",
    fields=FIELDS,
    create=_create,
    read=_read,
    # There is no way to take an image back.
    delete=stays,
    import_id="`app:image`, with the image's id or digest",
)
