"""A small index: four entries, a handful of examples and questions, the tests' own encoder."""

from __future__ import annotations

import shutil
import time
from types import SimpleNamespace

import pytest

from assistant.knowledge import store
from assistant.retrieval import index
from assistant.retrieval.questions import Question
from tests import small_knowledge
from tests.doubles import HashedEncoder

NLU = """\
version: "3.1"
nlu:
- intent: ask_documents
  examples: |
    - cần giấy tờ gì
    - mang theo những gì
    - can giay to gi
    - chuẩn bị hồ sơ gì vậy
- intent: ask_fee
  examples: |
    - hết bao nhiêu tiền
    - lệ phí thế nào
    - mat bao nhieu tien
    - tốn bao nhiêu vậy
- intent: ask_time
  examples: |
    - bao lâu thì xong
    - mấy ngày có kết quả
    - bao lau thi co
    - khi nào lấy được
- intent: ask_place
  examples: |
    - nộp ở đâu
    - làm ở chỗ nào
    - nop o dau vay
    - đến cơ quan nào
- intent: greet
  examples: |
    - xin chào
    - chào bạn
    - chao em
    - alo
"""

QUESTIONS = [
    Question("làm giấy khai sinh cho cháu", frozenset({"1.001193"})),
    Question("lam giay khai sinh can gi", frozenset({"1.001193"})),
    Question("báo tử cho ông nội, khai tử ở đâu", frozenset({"1.000656"})),
    Question("bằng lái xe hết hạn thì đổi thế nào", frozenset({"3.000347"})),
    Question("doi bang lai xe", frozenset({"3.000347"})),
    Question("ở trọ thì đăng ký tạm trú ra sao", frozenset({"1.004194"})),
    Question("hôm nay giá vàng thế nào", frozenset()),
    Question("thời tiết ngày mai", frozenset()),
    Question("ly hôn thì nộp đơn ra tòa nào", frozenset()),
    Question("kể chuyện cười đi", frozenset()),
]


@pytest.fixture(scope="session")
def ready(tmp_path_factory):
    """Folders built once for all tests, to be copied: ``one`` version, and ``two`` of them."""
    root = tmp_path_factory.mktemp("ready")
    shop = _workshop(small_knowledge.make(root / "knowledge"), root)
    older = shop.build()
    shutil.copytree(shop.folder, root / "one")
    time.sleep(0.02)  # the newest version is the one whose files are newest
    small_knowledge.edit(shop.knowledge, small_knowledge.BIRTH, "short_name: Làm", "short_name: Xin")
    return SimpleNamespace(one=root / "one", two=shop.folder, older=older, newer=shop.build())


@pytest.fixture
def workshop(small_folder, tmp_path, ready):
    """Everything to build small indexes with: ``build()``, ``open()``, the folders.

    ``start()`` gives the version that ``build()`` would make of the unchanged knowledge.
    """
    shop = _workshop(small_folder, tmp_path)

    def start():
        shutil.copytree(ready.one, shop.folder)
        return ready.older

    shop.start = start
    return shop


@pytest.fixture
def two_versions(workshop, ready):
    """Two versions in the workshop's folder, made as :func:`ready` says: (older, newer)."""
    shutil.copytree(ready.two, workshop.folder)
    small_knowledge.edit(workshop.knowledge, small_knowledge.BIRTH, "short_name: Làm", "short_name: Xin")
    return ready.older, ready.newer


def _workshop(knowledge, folder):
    shop = SimpleNamespace(knowledge=knowledge, folder=folder / "index", nlu=folder / "nlu", said=[])
    shop.nlu.mkdir()
    (shop.nlu / "all.yml").write_text(NLU, encoding="utf-8")

    def build(encoder=None, province=None, known=None, **options):
        shop.said.clear()
        sources = index.Sources(shop.nlu, QUESTIONS, encoder or HashedEncoder())
        known = known or store.load(shop.knowledge, province)
        return index.build(shop.folder, known, sources, shop.said.append, **options)

    shop.build = build
    shop.open = lambda encoder=None: index.open_current(shop.folder, encoder or HashedEncoder())
    return shop
