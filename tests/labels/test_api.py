"""Labels by the API: the same files and the same refusals as the pages give."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from inventory.devices.models import IssuedTag
from inventory.devices.tags import grouped, new_tag, tag_url
from labels.stocks import STOCKS
from tests.journeys import declared

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client, people, settings):
    settings.RELAIS_PUBLIC_HOST = "relais.brussels.example"
    client.force_login(people.technician)
    return client


def post(client, address, body):
    return client.post(f"/api/labels{address}", body, content_type="application/json")


def test_the_papers_are_listed_but_for_those_too_small(api):
    papers = api.get("/api/labels/stocks").json()
    assert {paper["key"] for paper in papers} == set(STOCKS) - {"L4731", "DK-11221", "DK-11218", "TZe-12"}
    (usual,) = [paper for paper in papers if paper["key"] == "L7160"]
    assert usual == {
        "key": "L7160",
        "name": "Avery L7160, J8160",
        "width_mm": 63.5,
        "height_mm": 38.1,
        "columns": 3,
        "rows": 7,
        "labels": 21,
        "sheet": True,
    }


def test_one_label_comes_as_pdf_and_as_picture(api):
    tag = declared().tag
    pdf = api.get(f"/api/labels/{grouped(tag).lower()}/label.pdf", {"stock": "L7160", "first": 21, "copies": 2})
    assert pdf["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(pdf.content)) as document:
        assert len(document.pages) == 2
    png = api.get(f"/api/labels/{tag}/label.png", {"stock": "11354", "dpi": 300})
    assert png["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(png.content)).size == (673, 378)


def test_a_sheet_of_many_comes_as_pdf(api):
    tags = [declared().tag, tag_url(declared().tag, "old.example")]
    response = post(api, "/sheets", {"tags": tags, "stock": "70x37"})
    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")


def test_new_tags_are_given_out_with_their_links(api):
    response = post(api, "/tags", {"count": 5})
    assert response.status_code == 201
    given = response.json()
    assert {one["tag"] for one in given} == set(IssuedTag.objects.values_list("code", flat=True))
    assert all(one["url"] == tag_url(one["tag"], "relais.brussels.example") for one in given)
    assert all(one["printed"] == grouped(one["tag"]) for one in given)


def test_refusals_are_those_of_the_pages(api, people):
    tag = declared().tag
    assert post(api, "/sheets", {"tags": ["7K3QX9M22"]}).status_code == 422
    assert post(api, "/sheets", {"tags": [new_tag()]}).status_code == 404
    assert post(api, "/sheets", {"tags": [tag], "stock": "L4731"}).status_code == 422
    assert post(api, "/sheets", {"tags": [tag], "first": 22}).status_code == 422
    assert post(api, "/sheets", {"tags": []}).status_code == 422
    assert post(api, "/tags", {"count": 2001}).status_code == 422
    assert api.get(f"/api/labels/{tag}/label.png", {"dpi": 72}).status_code == 422
    api.force_login(people.auditor)
    assert post(api, "/sheets", {"tags": [tag]}).status_code == 403
    assert post(api, "/tags", {"count": 1}).status_code == 403
