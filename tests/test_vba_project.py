"""The VBA project in a workbook, written without Excel: compound files, compression, and the whole project.

What Excel itself wrote (xlwings' workbooks) is the material; olefile and olevba, which share no code with the project,
read what comes out.
"""

from __future__ import annotations

import io
import random
import warnings
import zipfile
from pathlib import Path

import olefile
import pytest
import xlwings
from hypothesis import given, settings
from hypothesis import strategies as st

from xl_perlas.udfs.excel import cfb, ovba
from xl_perlas.udfs.excel.project import modules_of, with_modules
from xl_perlas.udfs.excel.vba import ENCODING, MODULE_NAME, vba_module

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # what oletools still asks of pyparsing
    from oletools.olevba import VBA_Parser, decompress_stream

WRITTEN_BY_EXCEL = (
    "quickstart.xlsm", "quickstart_standalone.xlsm", "quickstart_addin.xlam", "quickstart_addin_ribbon.xlam",
    "addin/xlwings.xlam",
)  # fmt: skip
OWN = {MODULE_NAME: vba_module()}


def project_of(name: str) -> bytes:
    with zipfile.ZipFile(Path(xlwings.__file__).parent / name) as archive:
        return archive.read("xl/vbaProject.bin")


QUICKSTART = project_of("quickstart.xlsm")


# --- compression


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        ("0119b000616263646566676800696a6b6c6d6e6f70007172737475762e", b"abcdefghijklmnopqrstuv."),  # 3.2.1
        ("0103b002614500", b"a" * 73),  # 3.2.3
    ],
)
def test_the_examples_of_the_specification(packed: str, plain: bytes) -> None:
    """[MS-OVBA] 3.2: what does not compress, and what compresses most."""
    assert ovba.decompress(bytes.fromhex(packed)) == plain
    assert ovba.compress(plain).hex() == packed


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


lines = st.text(st.characters(codec="ascii"), max_size=40).map(str.encode)
contents = st.one_of(
    st.binary(max_size=300),
    st.lists(lines, max_size=40).flatmap(
        lambda some: st.lists(st.sampled_from(some or [b""]), max_size=600).map(b"\r\n".join)
    ),
    st.integers(0, 9000).map(lambda size: bytes(size)),
    st.integers(0, 2).map(lambda chunks: noise(chunks * 4096)),
)


@settings(max_examples=120)
@given(contents)
def test_what_is_compressed_comes_back(content: bytes) -> None:
    packed = ovba.compress(content)
    assert ovba.decompress(packed) == content
    assert bytes(decompress_stream(bytearray(packed))) == content if content else packed == b"\x01"


@pytest.mark.parametrize("size", [1, 3640, 3641, 4095, 4096, 4097, 8192, 10_000])
def test_what_does_not_compress(size: int) -> None:
    """A last chunk that cannot get shorter than it is fills its 4096 bytes with zeros ([MS-OVBA] 2.4.1.3.10)."""
    content, packed = noise(size), ovba.compress(noise(size))
    back = ovba.decompress(packed)
    assert back.startswith(content)
    assert not any(back[size:])
    assert len(back) in (size, -(-size // 4096) * 4096)
    assert bytes(decompress_stream(bytearray(packed))) == back


@pytest.mark.parametrize("packed", ["", "02", "01ff", "0119b000", "010000", "0102b0024500", "0103b0026145ff"])
def test_damaged_containers_are_refused(packed: str) -> None:
    with pytest.raises(ValueError, match="compressed c"):
        ovba.decompress(bytes.fromhex(packed))


# --- compound files

names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=31)
sizes = st.one_of(st.integers(0, 200), st.sampled_from([63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000]))


@settings(max_examples=60)
@given(st.dictionaries(st.tuples(names), sizes, max_size=40), st.dictionaries(names, sizes, max_size=12))
def test_trees_come_back(top: dict[tuple[str], int], inner: dict[str, int]) -> None:
    wanted = {**top, **{("Folder, inner", name): size for name, size in inner.items()}}
    seen: set[tuple[str, ...]] = set()  # names are told apart without case
    tree = {
        path: noise(size) for path, size in wanted.items()
        if (key := tuple(map(str.upper, path))) not in seen and not seen.add(key)  # type: ignore[func-returns-value]
    }  # fmt: skip
    written = cfb.write(tree)
    assert cfb.read(written) == tree
    assert cfb.write(dict(reversed(tree.items()))) == written
    with olefile.OleFileIO(io.BytesIO(written), raise_defects=olefile.DEFECT_INCORRECT) as ole:
        assert sorted(map(tuple, ole.listdir())) == sorted(tree)
        for path, content in tree.items():
            assert ole.openstream(list(path)).read() == content
        assert ole.root is not None
        assert ole.root.getmtime() is None


def test_what_is_no_compound_file_is_refused() -> None:
    version_4 = QUICKSTART[:26] + b"\x04" + QUICKSTART[27:]
    for broken in (b"", b"PK\x03\x04", QUICKSTART[:600], QUICKSTART[:7000], version_4):
        with pytest.raises(ValueError, match="compound file"):
            cfb.read(broken)
    with pytest.raises(ValueError, match="name too long"):
        cfb.write({("x" * 32,): b""})
    with pytest.raises(ValueError, match="too much"):
        cfb.write({("big",): bytes(8_000_000)})


# --- projects


def by_olevba(project: bytes) -> dict[str, str]:
    """Name of the file that each module would be exported to, and its source."""
    parser = VBA_Parser("vbaProject.bin", data=project)
    return {name: source for _, _, name, source in parser.extract_macros()}


@pytest.mark.parametrize("name", WRITTEN_BY_EXCEL)
def test_every_module_survives_and_ours_is_there(name: str) -> None:
    old = project_of(name)
    new = with_modules(old, OWN)
    before, after = by_olevba(old), by_olevba(new)
    assert after.pop(f"{MODULE_NAME}.bas").split("\r\n") == [*vba_module().splitlines(), ""]
    assert after == before
    assert modules_of(new) == {**modules_of(old), MODULE_NAME: vba_module().replace("\n", "\r\n")}
    assert with_modules(old, OWN) == new


@pytest.mark.parametrize("name", WRITTEN_BY_EXCEL)
def test_references_survive(name: str) -> None:
    """References and properties of the project: all that stands in `dir` before the modules."""
    heads = []
    for project in (project_of(name), with_modules(project_of(name), OWN)):
        stream = ovba.decompress(cfb.read(project)["VBA", "dir"])
        heads.append(stream[: stream.index(b"\x0f\x00\x02\x00\x00\x00")])  # PROJECTMODULES
    assert heads[0] == heads[1]
    assert (b"\x16\x00\x07\x00\x00\x00xlwings" in heads[0]) is (name == "quickstart.xlsm")


def test_what_a_writer_must_do() -> None:
    """[MS-OVBA] 2.3.4.1, 2.3.4.2.3, 2.2.6: no compiled code, no cache of another program."""
    tree = cfb.read(with_modules(QUICKSTART, OWN, without=("Module1",)))
    assert tree["VBA", "_VBA_PROJECT"] == b"\xcc\x61\xff\xff\x00\x00\x00"
    inside = ("dir", "_VBA_PROJECT", "ThisWorkbook", "Sheet1", "Sheet2", MODULE_NAME)
    assert set(tree) == {("PROJECT",), ("PROJECTwm",), *(("VBA", name) for name in inside)}
    records = list(ovba.read_records(ovba.decompress(tree["VBA", "dir"])))
    assert {r.data for r in records if r.kind == 0x31} == {bytes(4)}, "the source starts each module's stream"
    assert {r.data for r in records if r.kind in (0x13, 0x2C)} == {b"\xff\xff"}, "cookies"
    assert [r.data for r in records if r.kind == 0x0F] == [b"\x04\x00"]
    assert [r.data.decode() for r in records if r.kind == 0x19] == ["ThisWorkbook", "Sheet1", "Sheet2", MODULE_NAME]
    kinds = [r.kind for r in records if r.kind in (0x21, 0x22)]
    assert kinds == [0x22, 0x22, 0x22, 0x21], "three bound to documents, one standard module"
    assert ovba.decompress(tree["VBA", MODULE_NAME]).decode(ENCODING).startswith(f'Attribute VB_Name = "{MODULE_NAME}"')
    text = tree["PROJECT",].decode()
    assert f"Module={MODULE_NAME}\r\n" in text
    assert "Module1" not in text
    assert tree["PROJECTwm",].endswith(
        MODULE_NAME.encode() + b"\0" + MODULE_NAME.encode("utf-16-le") + b"\0\0" + b"\0\0"
    )
    old = cfb.read(QUICKSTART)["PROJECT",].decode()
    for key in ("ID", "CMG", "DPB", "GC"):
        assert next(x for x in old.splitlines() if x.startswith(f"{key}=")) in text.splitlines(), "protection as it was"


def test_a_module_is_replaced_by_one_of_its_name() -> None:
    first = with_modules(QUICKSTART, {"Uno": 'Attribute VB_Name = "Uno"\nSub A()\nEnd Sub'})
    second = with_modules(first, {"uno": 'Attribute VB_Name = "uno"\nSub B()\nEnd Sub'})
    found = modules_of(second)
    assert "Uno" not in found
    assert found["uno"].endswith("Sub B()\r\nEnd Sub\r\n")
    assert with_modules(second, {}, without=("UNO",)) == with_modules(QUICKSTART, {})


def test_projects_that_would_lose_something_are_refused() -> None:
    with pytest.raises(ValueError, match="bound"):
        with_modules(QUICKSTART, {}, without=("Sheet1",))
    tree = cfb.read(QUICKSTART)
    forms = {**tree, ("PROJECT",): tree["PROJECT",].replace(b"Module=Module1", b"BaseClass=Module1")}
    with pytest.raises(ValueError, match="forms"):
        with_modules(cfb.write(forms), OWN)
    with pytest.raises(UnicodeEncodeError):
        with_modules(QUICKSTART, {"X": "' −"})
    with pytest.raises(ValueError, match="not a VBA project"):
        modules_of(cfb.write({("PROJECT",): b""}))
    with pytest.raises(ValueError, match="cut short"):
        modules_of(cfb.write({**tree, ("VBA", "dir"): ovba.compress(ovba.decompress(tree["VBA", "dir"])[:-3])}))
