"""`legato show`: one routine or device, explained."""

from legato import output, routine_lookup, words
from profiles.device import Device


def show(name: str, json: bool) -> None:
    """Prints it in words, or as the JSON of its file."""
    found = routine_lookup.either(name)
    if json:
        output.as_json(found.model_dump(mode="json", by_alias=True, exclude_none=True))
        return
    for line in words.device(found) if isinstance(found, Device) else words.routine(found):
        output.data(line)
