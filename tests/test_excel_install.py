"""`instalar` and `desinstalar --anfitrion excel` on a Windows that is made of a few stand-ins.

Real are the files, xlwings' add-in and its version, and the settings. The registry, the list of processes and the
answer of xlwings' command line (which asks Excel) are written here; no test has run on Windows.
"""

from __future__ import annotations

import io
import locale
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import xlwings

from xl_perlas.cli import main
from xl_perlas.udfs.excel import install, windows
from xl_perlas.udfs.excel.project import modules_of, with_modules
from xl_perlas.udfs.excel.vba import PYTHON_MODULE

ORDER = ["--anfitrion", "excel"]
ADDIN = (Path(xlwings.__file__).parent / "addin" / "xlwings.xlam").read_bytes()
EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
APP_PATH = ("HKEY_LOCAL_MACHINE", r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "")
USER_APP_PATH = ("HKEY_CURRENT_USER", *APP_PATH[1:])
CLASS = ("HKEY_LOCAL_MACHINE", r"SOFTWARE\Classes\Excel.Application\CurVer", "")
PLATFORM = ("HKEY_LOCAL_MACHINE", r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform")
BITNESS = ("HKEY_LOCAL_MACHINE", r"SOFTWARE\Microsoft\Office\16.0\Outlook", "Bitness")
TRUST = ("HKEY_CURRENT_USER", r"Software\Microsoft\Office\16.0\Excel\Security", "AccessVBOM")


@dataclass
class Machine:
    """A user's Windows: folders, registry (root, key, name) -> value, and what runs."""

    home: Path
    registry: dict[tuple[str, str, str], object] = field(default_factory=dict)
    only_view: int | None = None  # the registry's values are seen by programs of these bits alone
    open: bool = False
    answer: str = ""  # of `xlwings addin status`; by default where the add-in goes
    asked: list[list[str]] = field(default_factory=list)

    @property
    def addin(self) -> Path:
        return self.home / "Roaming/Microsoft/Excel/XLSTART/xlwings.xlam"

    @property
    def settings(self) -> Path:
        return self.home / ".xlwings/xlwings.conf"

    @property
    def python(self) -> Path:
        return self.home / "venv/Scripts/python.exe"

    def run(self, command: list[str]) -> str:
        self.asked.append(command)
        if command[0] == "tasklist":
            return "EXCEL.EXE    4242 Console    1    98.304 KB" if self.open else "INFORMACIÓN: no hay tareas"
        if self.answer:
            return self.answer
        if self.addin.exists():
            return f'The add-in is installed at {self.addin}\nUse "xlwings addin remove" to uninstall it.\n'
        return f'The add-in is not installed.\n"xlwings addin install" will install it at: {self.addin}\n'

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.home)): p.read_bytes() for p in self.home.rglob("*") if p.is_file()}

    def values(self) -> dict[str, str]:
        """The settings, read as xlwings reads them."""
        lines = self.settings.read_text("cp1252").splitlines()
        return dict(line.strip('"').split('","') for line in lines if line)  # type: ignore[misc]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """All is well on it: Excel of 64 bits, closed; a Python with pywin32 and xlwings' libraries in an environment."""
    made = Machine(tmp_path / "José", {APP_PATH: EXCEL, CLASS: "Excel.Application.16", PLATFORM: "x64"})
    made.python.parent.mkdir(parents=True)
    for bits in (32, 64):
        library(made, bits).touch()
    for name, value in (("USERPROFILE", made.home), ("LOCALAPPDATA", made.home / "Local"), ("USERNAME", "José")):
        monkeypatch.setenv(name, str(value))
    for name in ("CONDA_EXE", "CONDA_DEFAULT_ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(windows, "is_windows", lambda: True)
    monkeypatch.setattr(windows, "run", made.run)
    monkeypatch.setattr(locale, "getencoding", lambda: "cp1252")
    monkeypatch.setattr(sys, "executable", str(made.python))
    monkeypatch.setattr(sys, "base_prefix", str(made.home / "Python311"))
    for name in ("win32com", "win32com.client"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "winreg", winreg_of(made))  # type: ignore[arg-type]
    return made


def library(machine: Machine, bits: int) -> Path:
    return machine.python.parent.parent / f"xlwings{bits}-{xlwings.__version__}.dll"


class Key:
    def __init__(self, values: dict[str, object]):
        self.values = values

    def __enter__(self) -> Key:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def winreg_of(machine: Machine) -> SimpleNamespace:
    def open_key(root: str, key: str, reserved: int, access: int) -> Key:
        found = {n: value for (r, k, n), value in machine.registry.items() if (r, k) == (root, key)}
        if not found or (machine.only_view and not access & machine.only_view):
            raise FileNotFoundError(key)
        return Key(found)

    def query(key: Key, name: str) -> tuple[object, int]:
        if name not in key.values:
            raise FileNotFoundError(name)
        return key.values[name], 1

    return SimpleNamespace(
        HKEY_CURRENT_USER="HKEY_CURRENT_USER", HKEY_LOCAL_MACHINE="HKEY_LOCAL_MACHINE", KEY_READ=0x20019,
        KEY_WOW64_64KEY=0x100, KEY_WOW64_32KEY=0x200, OpenKey=open_key, QueryValueEx=query,
    )  # fmt: skip


def older_addin(version: str = "0.30.1") -> bytes:
    """xlwings' add-in as another version of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ADDIN)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/vbaProject.bin":
                text = modules_of(content)["Main"].replace(f'"{xlwings.__version__}"', f'"{version}"')
                content = with_modules(content, {"Main": text})
            target.writestr(name, content)
    return out.getvalue()


def put(path: Path, content: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)


def run(order: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main([order, *ORDER, *more])
    said = capsys.readouterr()
    return code, " ".join((said.out + said.err).split())


# --- it goes well


def test_install_and_undo_on_a_clean_machine(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    before = machine.files()
    code, said = run("instalar", capsys)
    assert code == 0
    assert machine.addin.read_bytes() == ADDIN
    assert machine.values() == {"INTERPRETER_WIN": str(machine.python), "UDF MODULES": PYTHON_MODULE}
    assert f"Complemento xlwings {xlwings.__version__} instalado en {machine.addin}. Excel usará" in said
    assert f"{machine.python} (Excel de 64 bits, Python de 64 bits)" in said
    assert "«xl-perlas nuevo perlas.xlsm»" in said
    assert "=PERLAS_DIAG()" in said
    assert "Solo para usar las funciones en un libro suyo hay que marcar una opción: Archivo > Opciones >" in said
    after = machine.files()
    assert run("instalar", capsys)[0] == 0
    assert machine.files() == after, "twice is as once"
    assert run("desinstalar", capsys) == (
        0, "Complemento quitado de Excel; la configuración de xlwings quedó como antes de instalarlo.",
    )  # fmt: skip
    assert machine.files() == before
    assert run("desinstalar", capsys) == (
        0, "xl-perlas: [H07] el complemento no estaba instalado en Excel por xl-perlas. Qué hacer: no hace falta hacer "
        "nada.",
    )  # fmt: skip


OTHER_SETTINGS = (
    '"PYTHONPATH","C:\\Años"\r\n\r\n"interpreter_win","C:\\Python39\\python.exe"\r\n"LICENSE_KEY","abc"\r\n'
    '"UDF MODULES","ventas;costos"\r\n"SHOW CONSOLE",#FALSE#\r\n'
)


@pytest.mark.parametrize("addin", [None, ADDIN, older_addin()], ids=["none", "same", "older"])
@pytest.mark.parametrize("settings", [None, "", OTHER_SETTINGS], ids=["no settings", "blank", "others"])
def test_what_was_there_comes_back(
    machine: Machine, addin: bytes | None, settings: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if addin:
        put(machine.addin, addin)
    if settings is not None:
        put(machine.settings, settings)
    before = machine.files()
    code, said = run("instalar", capsys)
    assert code == 0
    assert machine.addin.read_bytes() == ADDIN
    assert ("Había uno de la versión 0.30.1; «desinstalar» lo devuelve." in said) == (addin not in (None, ADDIN))
    if settings:
        kept = machine.settings.read_text("cp1252")
        assert '"PYTHONPATH","C:\\Años"\n' in kept
        assert '"SHOW CONSOLE",#FALSE#\n' in kept
        assert f'"INTERPRETER_WIN","{machine.python}"' in kept
        assert "Python39" not in kept, "the add-in would find the first of the two"
        assert f'"UDF MODULES","ventas;costos;{PYTHON_MODULE}"' in kept
    assert run("instalar", capsys)[0] == 0, "what was there before is not forgotten"
    assert run("desinstalar", capsys)[0] == 0
    if settings == "":
        before.pop(str(machine.settings.relative_to(machine.home)))  # nothing in it, nothing lost
    if settings:  # the name as it is spelt in the settings
        before = {name: content.replace(b"interpreter_win", b"INTERPRETER_WIN") for name, content in before.items()}
    assert machine.files() == before


def test_what_others_changed_since_stays(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("instalar", capsys)[0] == 0
    newer = older_addin("9.9.9")
    put(machine.addin, newer)
    put(machine.settings, f'"INTERPRETER_WIN","C:\\otro.exe"\r\n"UDF MODULES","{PYTHON_MODULE};mias"\r\n"X","1"\r\n')
    assert run("desinstalar", capsys)[0] == 0
    assert machine.addin.read_bytes() == newer
    assert machine.values() == {"INTERPRETER_WIN": "C:\\otro.exe", "UDF MODULES": "mias", "X": "1"}


def test_a_newer_xlwings_takes_the_place_of_ours(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update of xlwings the order is given again; undoing still gives back what was there at first."""
    put(machine.addin, older_addin("0.29.0"))
    before = machine.files()
    assert run("instalar", capsys)[0] == 0
    package = machine.home.parent / "xlwings"
    put(package / "addin/xlwings.xlam", older_addin("0.99.0"))
    monkeypatch.setattr(xlwings, "__file__", str(package / "__init__.py"))
    code, said = run("instalar", capsys)
    assert code == 0
    assert "Complemento xlwings 0.99.0 instalado" in said
    assert run("desinstalar", capsys)[0] == 0
    assert machine.files() == before


def test_conda_is_named_as_xlwings_wants_it(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(machine.settings, '"INTERPRETER_WIN","C:\\Python39\\python.exe"\r\n')
    before = machine.files()
    monkeypatch.setenv("CONDA_EXE", str(machine.home / "conda/Scripts/conda.exe"))
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "perlas")
    assert run("instalar", capsys)[0] == 0
    assert machine.values()["INTERPRETER_WIN"] == str(machine.python), "an environment of another kind, inside conda's"
    assert run("desinstalar", capsys)[0] == 0
    monkeypatch.setattr(sys, "prefix", str(machine.home / "env"))
    (machine.home / "env/conda-meta").mkdir(parents=True)
    assert run("instalar", capsys)[0] == 0
    assert machine.values() == {
        "CONDA PATH": str(machine.home / "conda"), "CONDA ENV": "perlas", "UDF MODULES": PYTHON_MODULE,
    }  # fmt: skip
    assert run("desinstalar", capsys)[0] == 0
    assert machine.files() == before


def test_the_option_that_is_ticked_already(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.registry[TRUST] = 1
    assert "marcar una opción (ya está marcada):" in run("instalar", capsys)[1]
    machine.registry[TRUST] = 0
    assert "marcar una opción: " in run("instalar", capsys)[1]


@pytest.mark.parametrize(
    ("registry", "bits"),
    [
        ({APP_PATH: EXCEL, PLATFORM: "x86"}, 32), ({APP_PATH: EXCEL, BITNESS: "x86"}, 32),
        ({USER_APP_PATH: f'"{EXCEL}"', BITNESS: "x64"}, 64), ({CLASS: "Excel.Application.16"}, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("view", [None, 0x100, 0x200])
def test_excel_and_its_bits(
    machine: Machine, registry: dict[tuple[str, str, str], object], bits: int | None, view: int | None,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The library that must be there is that of Excel's bits, whatever Python's are."""
    machine.registry, machine.only_view = registry, view
    library(machine, 96 - (bits or 64)).unlink()
    code, said = run("instalar", capsys)
    assert code == 0
    assert (f"(Excel de {bits} bits, Python de" in said) if bits else "(Python de" in said
    library(machine, bits or 64).unlink()
    code, said = run("instalar", capsys)
    assert code == 1
    assert f"[H20] falta xlwings{bits or 64}-{xlwings.__version__}.dll en {machine.python.parent}," in said


# --- it does not


def no_excel(machine: Machine, _: pytest.MonkeyPatch) -> None:
    machine.registry = {PLATFORM: "x64"}


def store_excel(machine: Machine, _: pytest.MonkeyPatch) -> None:
    machine.registry[APP_PATH] = r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel\EXCEL.EXE"


def open_excel(machine: Machine, _: pytest.MonkeyPatch) -> None:
    machine.open = True


def no_pywin32(_: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "win32com.client", None)  # type: ignore[arg-type]


def no_library(machine: Machine, _: pytest.MonkeyPatch) -> None:
    library(machine, 64).unlink()


def store_python(_: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11")


def silent_excel(machine: Machine, _: pytest.MonkeyPatch) -> None:
    machine.answer = "Traceback (most recent call last):\n  …\npywintypes.com_error: (-2147221005, 'no válido')\n"


def blocked(name: str) -> Callable[[Machine, pytest.MonkeyPatch], None]:
    """A file where a folder should be: nothing can be written below."""
    def block(machine: Machine, _: pytest.MonkeyPatch) -> None:
        put(machine.home / name, "")

    return block


def strange_letters(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(machine.python.with_name("питон.exe")))


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (no_excel, "[H16] no se encuentra Excel en este equipo. Qué hacer: instale Excel de escritorio"),
        (store_excel, "[H17] este Excel es el de Microsoft Store"),
        (open_excel, "[H18] Excel está abierto. Qué hacer: guarde sus libros, cierre todas sus ventanas y repita."),
        (no_pywin32, "le falta pywin32, con el que habla con Excel. Qué hacer: ejecute «"),
        (no_library, "[H20] falta xlwings64-"),
        (store_python, "[H21] este Python ("),
        (silent_excel, "[H22] Excel no respondió a Python: pywintypes.com_error: (-2147221005, 'no válido'). Qué"),
        (blocked("Roaming"), "[H23] no se pudo escribir: "),
        (blocked(".xlwings"), "[H23] no se pudo escribir: "),
        (blocked("Local"), "[H23] no se pudo escribir: "),
        (strange_letters, "[H23] no se pudo escribir: la configuración de xlwings no admite las letras de "),
    ],
)  # fmt: skip
@pytest.mark.parametrize("addin", [None, older_addin()], ids=["no add-in", "an older one"])
def test_each_trouble_is_told_and_nothing_is_half_done(
    machine: Machine, trouble: Callable[[Machine, pytest.MonkeyPatch], None], words: str, addin: bytes | None,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    trouble(machine, monkeypatch)
    if addin and not (machine.home / "Roaming").is_file():
        put(machine.addin, addin)
    if not (machine.home / ".xlwings").exists():
        put(machine.settings, OTHER_SETTINGS)
    before = machine.files()
    code, said = run("instalar", capsys)
    assert code == 1
    assert words in said
    assert said.count("Qué hacer:") == 1
    assert machine.files() == before


def test_troubles_are_told_together_and_before_excel_is_started(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for trouble in (store_excel, open_excel, no_pywin32, no_library):
        trouble(machine, monkeypatch)
    code, said = run("instalar", capsys)
    assert code == 1
    assert [f"H{n}" for n in range(15, 25) if f"[H{n}]" in said] == ["H17", "H18", "H19", "H20"]
    [asked] = machine.asked
    assert asked == ["tasklist", "/FI", "IMAGENAME eq EXCEL.EXE", "/FI", "USERNAME eq José"]


def test_undo_waits_for_excel_and_is_whole(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    put(machine.addin, older_addin())
    assert run("instalar", capsys)[0] == 0
    installed = machine.files()
    machine.open = True
    code, said = run("desinstalar", capsys)
    assert (code, "[H18]" in said) == (1, True)
    assert machine.files() == installed
    machine.open = False
    kept = next(p for p in machine.home.rglob("*_anterior.xlam"))
    kept.unlink()
    lost = machine.files()
    code, said = run("desinstalar", capsys)
    assert code == 1
    assert "[H23]" in said
    assert machine.files() == lost


def test_an_addin_for_all_users_of_another_version(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """A warning: a user cannot change it."""
    program = machine.home / "Office16/EXCEL.EXE"
    machine.registry[APP_PATH] = str(program)
    everyone = program.parent / "XLSTART/xlwings.xlam"
    put(everyone, older_addin())
    code, said = run("instalar", capsys)
    assert code == 0
    assert f"[H24] hay otro complemento xlwings para todos los usuarios, de la versión 0.30.1 ({everyone})" in said
    put(everyone, b"PK no es un libro")
    assert "de la versión desconocida (" in run("instalar", capsys)[1]
    put(everyone, ADDIN)
    assert "H24" not in run("instalar", capsys)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="there it can be installed")
@pytest.mark.parametrize("order", ["instalar", "desinstalar"])
def test_elsewhere_than_on_windows(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(order, capsys)
    assert code == 1
    assert "[H15] xl-perlas se instala en Excel solo en Windows. Qué hacer: en Mac y en la web use xlwings" in said
    assert "xlwings Lite: «xl-perlas nuevo perlas.xlsx --anfitrion lite»" in said


@pytest.mark.parametrize("order", ["instalar", "desinstalar"])
def test_for_all_users_is_another_host(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(order, capsys, "--todos")
    assert code == 2
    assert "--todos solo vale con --anfitrion libreoffice." in said


def test_programs_that_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert windows.run([sys.executable, "-c", "import sys; sys.stderr.write('así')"]) == "así"
    assert windows.run(["no-hay-tal-programa"])
    monkeypatch.setattr(windows, "_TOO_LONG", 0.2)
    assert windows.run([sys.executable, "-c", "import time; time.sleep(20)"]).startswith("no contestó en 0.2 segundos")


def test_where_xlwings_puts_its_addin() -> None:
    """The words of xlwings' command line that are understood are those it has."""
    text = (Path(xlwings.__file__).parent / "cli.py").read_text(encoding="utf-8")
    assert 'print("The add-in is installed at {}".format(addin_path))' in text
    assert """print('"xlwings addin install" will install it at: {}'.format(addin_path))""" in text
    assert 'if __name__ == "__main__":\n    main()' in text
    assert install.ADDIN in text
