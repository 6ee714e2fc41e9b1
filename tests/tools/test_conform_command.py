"""`legato conform`: what it prints, when it asks, and how it ends."""

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

from legato.tools.conform import report
from legato.tools.conform.kit import RuleVerdict
from legato.tools.conform.probe import PassedBytes
from legato.tools.conform.rules import RULES
from tests.front_door import Cli


def test_a_simulated_device_is_tried_without_asking(cli: Cli) -> None:
    code, out, _ = cli("conform", "sim://wrap-3", "--rule", "bad_crc", "--rule", "stale_nonce")
    assert code == 0
    crc, nonce, last = out.splitlines()
    assert (
        crc == "pass  § 1  bad_crc                  A frame that fails its CRC is dropped, counted, and has no effect."
    )
    assert nonce.startswith("pass  § 6  stale_nonce  ")
    assert last == "wrap-3, firmware 0.1.0: 2 of 2 rules kept"


def test_programs_get_json_and_build_servers_get_junit(cli: Cli, tmp_path: Path) -> None:
    junit = tmp_path / "conform.xml"
    code, out, _ = cli("conform", "sim://wrap-3", "--rule", "bad_crc", "--json", "--junit", str(junit))
    told = json.loads(out)
    assert (code, told["conforms"], told["device"]) == (0, True, "wrap-3")
    assert told["rules"][0]["bytes"][-1].split()[2] == "device"
    cases = Xml.parse(junit).findall("testcase")  # noqa: S314 - we wrote it
    assert [(case.get("classname"), case.get("name")) for case in cases] == [("protocol.section_1", "bad_crc")]


def test_a_broken_rule_is_told_with_the_reason_and_the_bytes() -> None:
    verdict = RuleVerdict(
        RULES[1], "it takes it", 0.5, (PassedBytes(0.25, True, b"\1\2\0"), PassedBytes(0.5, False, b"\3\0"))
    )
    head, *below = report.line(verdict).splitlines()
    assert head.startswith("FAIL  § 1  bad_crc ")
    assert [text.strip() for text in below] == ["it takes it", "0.250 s  host    01 02 00", "0.500 s  device  03 00"]


def test_a_real_device_is_not_moved_without_consent(cli: Cli) -> None:
    code, out, err = cli("conform", "/dev/null")
    assert (code, out) == (2, "")
    assert "--yes" in err


def test_a_port_that_is_no_device_is_said_to_be_none(cli: Cli) -> None:
    code, _, err = cli("conform", "/dev/null", "--yes")
    assert (code, "Traceback" in err) == (4, False)


def test_a_rule_that_does_not_exist_is_a_mistake_of_the_caller(cli: Cli) -> None:
    code, _, err = cli("conform", "sim://wrap-3", "--rule", "bad_crx")
    assert (code, err) == (2, "legato conform: there is no rule bad_crx; did you mean bad_crc?\n")
