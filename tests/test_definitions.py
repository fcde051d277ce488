"""Profiles, overlays, parameters and catalogues: all of them load, and a mistake in a file is told with its place."""

from __future__ import annotations

import re

import pytest

from xl_perlas.compile import compile_profile, definitions
from xl_perlas.load import (
    _build_profile,
    apply_overlay,
    load_catalog,
    load_profile,
    profile_names,
    with_parameters,
)
from xl_perlas.problems import PerlasError
from xl_perlas.report import calculate

PROFILES = ["banco_indigena_2013", "tulcan_2016", "woccu"]
CATALOGS = ["sbs", "seps"]
INDICATORS = [(p, key) for p in PROFILES for key in load_profile(p).indicators]
LINES = [(p, key) for p in PROFILES for key in load_profile(p).lines]

#: a page, or a table or chapter where the program or the user is the source
PLACE = re.compile(r"\bpp?\. \d+")


def test_the_bundled_profiles():
    assert profile_names() == PROFILES
    assert [len(load_profile(p).indicators) for p in PROFILES] == [36, 40, 45]


@pytest.mark.parametrize("catalog", CATALOGS)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_compiles_for_every_catalog(profile, catalog):
    compiled = definitions(profile, catalog)
    assert set(compiled.ratios) == set(load_profile(profile).indicators)
    for key, ratio in compiled.ratios.items():
        assert ratio.numerator.codes(), key


@pytest.mark.parametrize("profile, key", INDICATORS)
def test_every_indicator_has_page_unit_goal_action_and_purpose(profile, key):
    one = load_profile(profile).indicators[key]
    assert PLACE.search(one.source.place), one.source
    assert one.name
    assert one.purpose.endswith(".")
    assert one.action.endswith(".")
    assert one.unit in ("%", "USD", "veces")
    goal = one.goal
    assert sum(map(bool, (goal.conditions, goal.requires, goal.structure, goal.minimise))) == 1


@pytest.mark.parametrize("profile, key", LINES)
def test_every_line_has_a_name_and_a_page(profile, key):
    line = load_profile(profile).lines[key]
    assert line.name
    assert PLACE.search(line.source.place), line.source


@pytest.mark.parametrize("profile", ["banco_indigena_2013", "tulcan_2016"])
def test_whatever_departs_from_woccu_says_why(profile):
    base, own = load_profile("woccu"), load_profile(profile)
    for key, line in own.lines.items():
        if key in base.lines and line != base.lines[key]:
            assert line.reason.endswith("."), key
            assert line.origin == profile
    for key, one in own.indicators.items():
        assert one.reason.endswith("."), key
        assert one.origin == profile


@pytest.mark.parametrize("profile", PROFILES)
def test_parameters_have_source_unit_and_name(profile):
    for parameter in load_profile(profile).parameters.values():
        assert parameter.name
        assert parameter.unit
        cited = r"p\. \d+|pp\. \d+|Tabla \d+|^Criterio de xl-perlas: .+"
        pattern = r"^por escribir: .+" if parameter.value is None else cited
        assert re.search(pattern, parameter.source), parameter.id


@pytest.mark.parametrize(
    "parameters, profile",
    [("tulcan_2016", "tulcan_2016"), ("banco_indigena_2013", "banco_indigena_2013"), ("banco_indigena_2013", "woccu")],
)
def test_bundled_parameters_fill_the_profile(parameters, profile):
    filled = with_parameters(load_profile(profile), parameters)
    assert filled.parameters["tasa_depositos_ahorro"].at(2011) == 0.0141
    assert all(PLACE.search(p.source) for k, p in filled.parameters.items() if p != load_profile(profile).parameters[k])


def test_inflation_is_known_only_for_the_year_that_the_source_prints():
    inflation = with_parameters(load_profile("woccu"), "banco_indigena_2013").parameters["inflacion"]
    assert (inflation.at(2010), inflation.at(2011)) == (None, 0.0541)


def test_indicators_stay_in_the_order_of_perlas():
    keys = list(load_profile("banco_indigena_2013").indicators)
    assert keys[keys.index("R5") : keys.index("R6") + 1] == ["R5", "R5.1", "R6"]
    assert list(dict.fromkeys(key[0] for key in keys)) == list("PERLAS")


def test_unknown_names_tell_the_options():
    with pytest.raises(PerlasError, match="banco_indigena_2013, tulcan_2016, woccu"):
        load_profile("perlas")
    with pytest.raises(PerlasError, match="sbs, seps"):
        load_catalog("niif")


def test_catalogs_name_the_portfolios_by_era():
    assert load_catalog("sbs").portfolios["vencida"] == tuple(map(str, range(1421, 1429)))
    seps = load_catalog("seps").portfolios
    assert len(seps["no_devenga"]) == len(seps["vencida"]) == 27
    assert {"1425", "1448", "1479", "1483"} <= set(seps["no_devenga"])
    assert {"1449", "1472", "1485", "1489"} <= set(seps["vencida"])
    assert not set(seps["no_devenga"]) & set(seps["vencida"])


@pytest.mark.parametrize("catalog, accounts", [("sbs", 16), ("seps", 54)])
def test_bands_spell_out_every_account_of_the_catalog(catalog, accounts):
    lines = definitions("woccu", catalog).lines
    assert len(lines["morosos_mas_12m"].codes()) == accounts * 2
    assert len(lines["morosos_1_12m"].codes()) == accounts * 4


# --- overlays ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def overlay(tmp_path):
    """`woccu` with an overlay written as text."""

    def run(text, base="woccu"):
        path = tmp_path / "propia.toml"
        path.write_text(text, encoding="utf-8")
        return apply_overlay(load_profile(base), path)

    return run


def test_an_overlay_replaces_extends_and_adds(overlay):
    profile = overlay(
        """
        [lineas.costo_depositos]
        suma = ["410115"]
        fuente = "entidad: manual contable, p. 4"
        motivo = "Solo ahorro a la vista."
        [lineas.inversiones_liquidas]
        agrega = ["1301"]
        quita = ["110310"]
        motivo = "Los títulos de corto plazo se usan como liquidez."
        [lineas.socios_activos]
        nombre = "Socios activos"
        suma = ["SOCIOS"]
        fuente = "entidad: registro de socios, p. 1"
        [indicadores.S12]
        nombre = "Crecimiento de socios activos"
        crecimiento = "socios_activos"
        unidad = "%"
        direccion = "mayor"
        meta = ["> 0"]
        proposito = "Mide los socios que operan."
        accion = "Reactivar socios."
        fuente = "entidad: registro de socios, p. 1"
        [indicadores.E2]
        meta = ["<= 0.20"]
        motivo = "El consejo fijó 20 %."
        """
    )
    forms = compile_profile(profile, load_catalog("sbs")).lines
    assert forms["costo_depositos"].codes() == {"410115"}
    assert {c: float(k) for (c, _), k in forms["inversiones_liquidas"].coefficients.items()} == {
        "1103": 1, "110305": -1, "1301": 1, "110310": -1,
    }  # fmt: skip
    assert list(profile.indicators)[-1] == "S12"
    assert profile.indicators["E2"].goal.conditions[0].bound_text == "0.20"
    assert profile.indicators["E2"].numerator_text == "inversiones_liquidas"
    assert profile.indicators["E2"].reason == "El consejo fijó 20 %."
    assert profile.lines["inversiones_liquidas"].source == load_profile("woccu").lines["inversiones_liquidas"].source


def test_an_overlay_leaves_the_bundled_profile_alone(overlay):
    overlay('[lineas.costo_depositos]\nsuma = ["410115"]\nfuente = "entidad: manual, p. 4"\nmotivo = "Solo ahorro."')
    assert set(load_profile("woccu").lines["costo_depositos"].accounts) == {"4101"}


def test_a_band_line_is_extended_by_accounts(overlay):
    profile = overlay('[lineas.morosos_mas_12m]\nagrega = ["149125"]\nmotivo = "Cartera comprada, en mora."')
    codes = compile_profile(profile, load_catalog("sbs")).lines["morosos_mas_12m"].codes()
    assert {"149125", "142425", "141430"} <= codes


REASON = 'motivo = "Prueba."\n'
SOURCE = 'fuente = "entidad: manual, p. 1"\n'
NEW = 'nombre = "Nuevo"\nunidad = "%"\ndireccion = "mayor"\nmeta = [">= 0"]\nproposito = "x."\naccion = "x."\n' + SOURCE


@pytest.mark.parametrize(
    "text, place, detail",
    [
        ('[lineas.nueva]\nnombre = "N"\nsuma = ["1"]\n' + SOURCE, "[lineas.nueva]", "ninguna fórmula la usa"),
        ('[lineas.depositos]\nsuma = ["2101"]\n' + SOURCE, "[lineas.depositos]", "no dice el motivo"),
        ('[lineas.depositos]\nsuma = ["2101"]\n' + REASON, "[lineas.depositos]", "falta «fuente»"),
        ('[lineas.depositos]\nsuma = ["21"]\nresta = ["2102"]\n' + SOURCE + REASON, "[lineas.depositos]",
         "no cambia nada"),
        ('[lineas.depositos]\nsuma = ["2101"]\nfuente = "manual, p. 1"\n' + REASON, "[lineas.depositos]",
         "debe ser «documento: lugar»"),
        ('[lineas.depositos]\nsuma = ["2101"]\nfuente = "entidad"\n' + REASON, "[lineas.depositos]",
         "debe ser «documento: lugar»"),
        ("[lineas.depositos]\nsuma = [2101]\n" + SOURCE + REASON, "[lineas.depositos]", "códigos de cuenta"),
        ('[lineas.depositos]\nsuma = ["21.01"]\n' + SOURCE + REASON, "[lineas.depositos]", "códigos de cuenta"),
        ('[lineas.depositos]\nsumar = ["2101"]\n' + SOURCE + REASON, "[lineas.depositos]", "desconocida «sumar»"),
        ('[lineas.depositos]\nagrega = ["21"]\n' + REASON, "[lineas.depositos]", "la cuenta 21 ya está"),
        ('[lineas.nueva]\nagrega = ["21"]\nnombre = "N"\n' + SOURCE, "[lineas.nueva]", "que no existe"),
        ('[lineas.depositos]\nsuma = ["21"]\nformula = "aportaciones"\n' + SOURCE + REASON, "[lineas.depositos]",
         "una de las dos cosas"),
        ('[lineas.depositos]\nformula = "aportaciones +"\n' + SOURCE + REASON, "[lineas.depositos]", "incompleta"),
        ('[lineas.depositos]\nformula = "aportacion"\n' + SOURCE + REASON, "[lineas.depositos]",
         "desconocido «aportacion»"),
        ('[lineas.depositos]\nformula = "inflacion * aportaciones"\n' + SOURCE + REASON, "[lineas.depositos]",
         "no está marcado en_formulas"),
        ('[indicadores.E2]\nmeta = ["<= 0.2"]', "[indicadores.E2]", "no dice el motivo"),
        ('[indicadores.E2]\nmeta = ["<= 0.16"]\n' + REASON, "[indicadores.E2]", "no cambia nada"),
        ('[indicadores.E2]\nmeta = ["0.16"]\n' + REASON, "[indicadores.E2]", "no compara"),
        ('[indicadores.E2]\nmeta = [16]\n' + REASON, "[indicadores.E2]", "no se entiende «16»"),
        ('[indicadores.E2]\nmeta = ["<= tasa_magica"]\n' + REASON, "[indicadores.E2]", "desconocido «tasa_magica»"),
        ('[indicadores.E2]\nmeta_cumplen = ["P9"]\n' + REASON, "[indicadores.E2]", "desconocido «P9»"),
        ('[indicadores.E2]\nminimizar = true\nmeta = ["<= 1"]\n' + REASON, "[indicadores.E2]", "lleva una meta"),
        ('[indicadores.E2]\nnumerador = "depositos"\n' + REASON, "[indicadores.E2]", "«numerador» y «denominador»"),
        ('[indicadores.E2]\nunidad = "por ciento"\n' + REASON, "[indicadores.E2]", "unidad «por ciento»"),
        ('[indicadores.E2]\ndireccion = "arriba"\n' + REASON, "[indicadores.E2]", "direccion «arriba»"),
        ('[indicadores.E2]\nmetas = ["<= 1"]\n' + REASON, "[indicadores.E2]", "desconocida «metas»"),
        ('[indicadores.S12]\ncrecimiento = "socios"\n' + NEW.replace('unidad = "%"\n', ""), "[indicadores.S12]",
         "falta «unidad»"),
        ('[indicadores.S12]\ncrecimiento = "socios"\n' + NEW.replace('accion = "x."\n', ""), "[indicadores.S12]",
         "falta «accion»"),
        ('[indicadores.S12]\ncrecimiento = "socio"\n' + NEW, "[indicadores.S12]", "desconocido «socio»"),
        ('[indicadores.X1]\ncrecimiento = "socios"\n' + NEW, "[indicadores.X1]", "una letra de PERLAS y un número"),
        ('[indicadores.S]\ncrecimiento = "socios"\n' + NEW, "[indicadores.S]", "una letra de PERLAS y un número"),
        ('[indicadores."S1.2.3"]\ncrecimiento = "socios"\n' + NEW, "[indicadores.S1.2.3]", "una letra de PERLAS"),
        ("[parametros.inflacion]\nvalor = true", "[parametros.inflacion]", "no es un número"),
        ('[parametros.inflacion]\nvalores = { ayer = 0.05 }', "[parametros.inflacion]", "no es un año y un número"),
        ('[parametros.nuevo]\nen_formulas = true\nnombre = "N"\nunidad = "%"\n' + SOURCE, "[parametros.nuevo]",
         "no tiene valor"),
        ("[metas.E2]\nmeta = 1", "[metas]", "tabla desconocida"),
        ("lineas = 5", "[lineas]", "no es una tabla"),
        ("[indicadores]\nE2 = 0.2", "[indicadores.E2]", "no es una tabla"),
        ('[personalizacion]\nnombre = "x"', "[personalizacion]", "desconocida «nombre»"),
        ('[indicadores.E2]\nmeta = "<= 0.2"\n' + REASON, "[indicadores.E2]", "debe ser una lista"),
        ('[indicadores.E2]\nmeta = ["<= S1 / 0"]\n' + REASON, "[indicadores.E2]", "distinto de cero"),
        ('[indicadores.E2]\nmeta = ["<= previo(E1)"]\n' + REASON, "[indicadores.E2]", "no se usan en una meta"),
        ('[indicadores.P1]\nmeta_cumplen = ["R10"]\n' + REASON, "[indicadores.R10]", "depende de sí misma"),
        ('[indicadores.E2]\nmeta_cumplen = ["inflacion"]\n' + REASON, "[indicadores.E2]", "es un parámetro"),
        ('[lineas.depositos]\nformula = 5\n' + SOURCE + REASON, "[lineas.depositos]", "entre comillas"),
        ('[lineas.depositos]\nbandas = { cartera = ["castigada"], tramos = ["mas_12m"] }\n' + SOURCE + REASON,
         "[lineas.depositos]", "alguno de: no_devenga, vencida"),
        ('[lineas.provision_1_12m]\nnombre = "N"\nsuma = ["21"]\n' + SOURCE, "[lineas.provision_1_12m]",
         "el nombre de un parámetro"),
        ("[parametros.inflacion]\nvalor = nan", "[parametros.inflacion]", "no es un número"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(overlay, text, place, detail):
    with pytest.raises(PerlasError) as error:
        overlay(text)
    told = [str(p) for p in error.value.problems]
    assert any("propia.toml" in t and place in t and detail in t for t in told), told
    assert {p.code for p in error.value.problems} == {"D01"}


def test_all_mistakes_are_told_at_once(overlay):
    with pytest.raises(PerlasError) as error:
        overlay('[lineas.depositos]\nsuma = ["x"]\n[indicadores.E2]\nunidad = "kg"\n' + REASON)
    text = str(error.value)
    assert "[lineas.depositos]" in text
    assert "kg" in text


@pytest.mark.parametrize(
    "formula, detail",
    [
        ("aportaciones * credito_externo", "producto de dos líneas"),
        ("aportaciones / depositos", "cociente entre líneas"),
        ("aportaciones + 1", "número suelto"),
        ("0.35", "no usa ninguna línea"),
    ],
)
def test_a_formula_that_is_not_linear_does_not_compile(overlay, formula, detail):
    profile = overlay(f'[lineas.capital_transitorio]\nformula = "{formula}"\n' + SOURCE + REASON)
    with pytest.raises(PerlasError, match=detail):
        compile_profile(profile, load_catalog("sbs"))


def test_lines_that_go_round_in_circles_are_told_in_order(overlay):
    profile = overlay(
        f'[lineas.depositos]\nformula = "aportaciones"\n{SOURCE}{REASON}'
        f'[lineas.aportaciones]\nformula = "depositos"\n{SOURCE}{REASON}'
    )
    with pytest.raises(PerlasError, match="circular: depositos → aportaciones → depositos"):
        compile_profile(profile, load_catalog("sbs"))


def test_a_file_that_cannot_be_read(overlay, tmp_path):
    with pytest.raises(PerlasError, match="no es TOML válido"):
        overlay("[lineas\n")
    with pytest.raises(PerlasError, match=r"no_esta\.toml"):
        apply_overlay(load_profile("woccu"), tmp_path / "no_esta.toml")


@pytest.mark.parametrize(
    "head, detail",
    [
        ({"omite": ["P4"]}, "no dice el motivo"),
        ({"omite": ["P9"], "motivo_omite": "x"}, "que la base no tiene"),
        ({"autor": "x"}, "desconocida «autor»"),
    ],
)
def test_the_head_of_a_profile(head, detail):
    data = {"perfil": {"id": "x", "nombre": "X", "descripcion": "X.", "base": "woccu", **head}}
    with pytest.raises(PerlasError, match=detail):
        _build_profile(data, "x.toml")


def test_an_omitted_indicator_that_a_goal_needs_is_told():
    head = {"id": "x", "nombre": "X", "descripcion": "X.", "base": "woccu", "omite": ["P1"], "motivo_omite": "x"}
    with pytest.raises(PerlasError, match=re.escape("[indicadores.R10] meta: indicador o parámetro desconocido «P1»")):
        _build_profile({"perfil": head}, "x.toml")


# --- parameters -------------------------------------------------------------------------------------------------------


def test_a_parameter_inside_the_formulas_changes_the_values(banco_indigena):
    """With 100 % required for arrears under 12 months, P2 and E9 fall as the accounts say; nothing else moves."""
    strict = calculate(banco_indigena, with_parameters(load_profile("woccu"), {"provision_1_12m": 1.0}))
    usual = calculate(banco_indigena, "woccu")
    arrears = 2002.01 + 2288.11  # 141405..20 and 142405..20 in 2011
    assert strict.result("P2", "2011").value == pytest.approx((2222.22 - 308) / arrears, abs=1e-12)
    assert strict.result("E9", "2011").value == pytest.approx((463.27 + 2222.22 - 308 - arrears) / 111766.18, abs=1e-12)
    moved = {k for k in usual.results if usual.result(k, "2011").value != strict.result(k, "2011").value}
    assert moved == {"P2", "P6", "E9", "A3", "S9"}


def test_parameters_from_a_file_keep_what_they_do_not_say(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        "[parametros.inflacion]\nvalor = 0.03\nvalores = { 2011 = 0.0541 }\n"
        'fuente = "usuario: INEC"\nfecha = "2012-01"\n',
        encoding="utf-8",
    )
    inflation = with_parameters(load_profile("woccu"), path).parameters["inflacion"]
    assert (inflation.at(2011), inflation.at(2012)) == (0.0541, 0.03)
    assert (inflation.source, inflation.date, inflation.name) == ("usuario: INEC", "2012-01", "Inflación anual")


@pytest.mark.parametrize(
    "values, detail",
    [
        ({"tasa_magica": 0.1}, r"\[parametros.tasa_magica\] el perfil woccu no usa ese parámetro"),
        ({"inflacion": "5%"}, r"\[parametros.inflacion\] valor «5%» no es un número"),
    ],
)
def test_a_wrong_parameter_is_told(values, detail):
    with pytest.raises(PerlasError, match=detail):
        with_parameters(load_profile("woccu"), values)


def test_an_empty_parameter_inside_a_formula_is_told(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text("[parametros.provision_1_12m]\n", encoding="utf-8")
    with pytest.raises(PerlasError, match="es parte de una fórmula y no tiene valor"):
        with_parameters(load_profile("woccu"), path)


def test_an_overlay_takes_accounts_out_of_a_line(overlay):
    profile = overlay(
        """
        [lineas.activos_improductivos]
        quita = ["1904", "180501"]
        motivo = "Se arriendan y rinden."
        """
    )
    form = compile_profile(profile, load_catalog("sbs")).lines["activos_improductivos"]
    weights = {code: float(k) for (code, _), k in form.coefficients.items()}
    assert "1904" not in weights
    assert (weights["18"], weights["180501"]) == (1, -1)


def test_an_overlay_cannot_take_out_what_is_not_there(overlay):
    with pytest.raises(PerlasError, match="5101 no está en la línea"):
        overlay("[lineas.depositos]\nquita = ['5101']\nmotivo = 'error'\n")
