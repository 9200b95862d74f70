"""The wizard as a warehouse keeper uses it: upload, look at the rows, apply, come back to the report."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imports.kinds import KINDS
from imports.models import ImportRun, State
from imports.readers.opening import read_table
from imports.sources import read_list
from inventory.devices.models import Device
from inventory.errors import BadFile
from tests.imports.test_runs import HEADER, ROWS
from tests.people import People

SNIPE = (
    "Asset Tag,Category,Model,Purchase Date,Purchase Cost,Checked Out To: Email\n"
    "RLS-1,Laptops,Book,1/2/23,9,a@b.example\n"
)


@pytest.fixture
def desk(client, people: People):
    client.force_login(people.warehouse_keeper)
    return client


def send(client, text: str, name: str = "liste.csv", **more: str):
    return client.post(reverse("imports"), {"file": SimpleUploadedFile(name, text.encode()), **more})


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_list_goes_from_upload_to_report(desk):
    answer = send(desk, HEADER + ROWS)
    run = ImportRun.objects.get()
    assert answer.url == reverse("import_run", args=[run.code])
    page = words(desk.get(answer.url))
    assert "Enter 2 devices" in page
    assert "RLS77A1" in page
    assert not Device.objects.exists()
    report = desk.post(reverse("import_apply", args=[run.code]), follow=True)
    assert "2 devices were entered" in words(report)
    for device in Device.objects.all():
        assert reverse("device", args=[device.tag]) in report.content.decode()
    assert "liste.csv" in words(desk.get(reverse("imports")))


def test_problems_stand_first_with_their_line_and_mend(desk):
    answer = send(desk, HEADER + ROWS + "BXL-3;Laptop;Dell;5400;6.37702E+15;D;A-1;02/03/2026;\n")
    page = desk.get(answer.url)
    text = words(page)
    assert "1 row has a problem" in text
    assert "Excel destroyed this number" in text
    rows = re.findall(r'<th scope="row" class="num">(\d+)</th>', page.content.decode())
    assert rows == ["4", "2", "3"]
    only = desk.get(answer.url, {"show": "problem"}).content.decode()
    assert re.findall(r'<th scope="row" class="num">(\d+)</th>', only) == ["4"]
    assert desk.post(reverse("import_apply", args=[ImportRun.objects.get().code])).status_code == 422
    assert not Device.objects.exists()


def test_act_and_date_are_asked_once_where_the_list_names_none(desk):
    answer = send(desk, SNIPE)
    page = desk.get(answer.url)
    assert "Dropped: they name people" in words(page)
    assert "a@b.example" not in page.content.decode()
    address = reverse("import_apply", args=[ImportRun.objects.get().code])
    wrong = desk.post(address, {"act_reference": "", "decommissioned_on": "2026-03-02"})
    assert wrong.status_code == 422
    assert "check your answers" in words(wrong)
    desk.post(address, {"act_reference": "BC-2026-9", "decommissioned_on": "2026-03-02"})
    assert Device.objects.get().act_reference == "BC-2026-9"


def test_what_cannot_be_read_is_said_beside_the_field(desk):
    answer = send(desk, "Serial;Model;Serial\nA;B;C")
    assert answer.status_code == 422
    assert "columns A and C" in words(answer)
    assert desk.post(reverse("imports"), {}).status_code == 422
    assert not ImportRun.objects.exists()


def test_a_list_can_be_put_aside(desk):
    send(desk, HEADER + ROWS)
    run = ImportRun.objects.get()
    desk.post(reverse("import_discard", args=[run.code]))
    run.refresh_from_db()
    assert run.state == State.DISCARDED
    assert "put aside" in words(desk.get(reverse("import_run", args=[run.code])))


def test_nothing_is_changed_by_a_get(desk):
    send(desk, HEADER + ROWS)
    code = ImportRun.objects.get().code
    for route in ("import_apply", "import_discard"):
        assert desk.get(reverse(route, args=[code])).status_code == 405


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_empty_list_is_one_that_we_read(desk, language, kind):
    answer = desk.get(reverse(f"import_template_{kind}"), headers={"accept-language": language})
    content = answer.content
    if kind == "csv":
        content += b"BXL-9;;;;;;A-1;02/03/2026;\r\n"
        reading = read_list(read_table(content, "list.csv"))
    else:
        import io

        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active["A2"] = "BXL-9"
        book.active["G2"] = "A-1"
        book.active["H2"] = "02/03/2026"
        out = io.BytesIO()
        book.save(out)
        reading = read_list(read_table(out.getvalue(), "list.xlsx"))
    assert len(reading.mapping.fields) == 9
    assert reading.devices[0].inventory_number == "BXL-9"


def test_an_auditor_sees_lists_and_brings_none(client, people: People, desk):
    send(desk, HEADER + ROWS)
    code = ImportRun.objects.get().code
    client.force_login(people.auditor)
    page = client.get(reverse("imports"))
    assert '<form method="post" action="/imports/"' not in page.content.decode()
    assert "Apply the whole list" not in words(client.get(reverse("import_run", args=[code])))
    assert send(client, HEADER + ROWS).status_code == 403
    assert client.post(reverse("import_apply", args=[code])).status_code == 403


def test_who_may_neither_declare_nor_audit_sees_nothing(client, people: People):
    client.force_login(people.association_member)
    assert client.get(reverse("imports")).status_code == 403


def test_a_page_asks_the_database_the_same_for_one_row_and_for_twenty(desk, django_assert_num_queries):
    def count(rows: int) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        text = HEADER + "".join(f"B-{rows}-{n};Laptop;D;M;S{rows}-{n};X;A-1;02/03/2026;\n" for n in range(rows))
        address = send(desk, text).url
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.get(address)
        return len(queries)

    assert count(1) == count(20)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_kind_of_list_has_an_empty_one_to_fill_in(desk, kind, form):
    answer = desk.get(reverse(f"import_template_{form}"), {"kind": kind}, headers={"accept-language": "nl"})
    assert "attachment" in answer["Content-Disposition"]
    with pytest.raises(BadFile, match="maar geen rijen eronder"):
        read_table(answer.content, f"a.{form}")
    assert desk.get(reverse(f"import_template_{form}"), {"kind": "nothing"}).status_code == 422


def test_cells_can_be_pasted_instead(desk):
    client = desk
    cells = "Numéro d'inventaire\tMarque\tN° de série\nPST-1\tHestia\tPSTHB1\n"
    page = client.post("/imports/", {"pasted": cells})["Location"]
    html = client.get(page).content.decode()
    assert "PSTHB1" in html
    assert "pasted list" in html


@pytest.mark.parametrize("sent", [{}, {"pasted": "  \n"}])
def test_neither_a_file_nor_cells_is_said_beside_the_field(desk, sent):
    answer = desk.post("/imports/", sent)
    assert answer.status_code == 422
    assert "one of the two" in answer.content.decode()


def test_pasted_words_that_are_no_list_are_refused_beside_them(desk):
    answer = desk.post("/imports/", {"pasted": "bonjour"})
    assert answer.status_code == 422
    assert 'id="id_pasted_error"' in answer.content.decode()


def test_a_file_that_was_applied_before_says_so_and_enters_nothing(desk):
    send(desk, HEADER + ROWS)
    desk.post(reverse("import_apply", args=[ImportRun.objects.get().code]))
    again = send(desk, HEADER + ROWS)
    assert "Nothing was entered a second time" in words(desk.get(again.url))
    assert "a second time" not in words(desk.get(again.url.partition("?")[0]))
    assert Device.objects.count() == 2


def test_headings_that_stand_in_a_list_once_more_are_no_row(desk):
    page = words(desk.get(send(desk, HEADER + HEADER + ROWS).url))
    assert "Enter 2 devices" in page
    assert "problem" not in page.casefold().partition("what was read")[0]


def test_sheets_that_were_not_read_are_named(desk):
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Numéro d'inventaire", "Marque"])
    book.active.append(["BXL-1", "Hestia"])
    book.create_sheet("Archives").append(["BXL-2", "Hestia"])
    out = io.BytesIO()
    book.save(out)
    answer = desk.post("/imports/", {"file": SimpleUploadedFile("deux.xlsx", out.getvalue())})
    assert "These hold something too: Archives." in words(desk.get(answer.url))


def test_of_a_file_and_cells_neither_is_called_optional(desk):
    page = words(desk.get("/imports/"))
    assert "List (optional)" not in page
    assert "paste the cells here (optional)" not in page
    assert "Where it comes from (optional)" in page
