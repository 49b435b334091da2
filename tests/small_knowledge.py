"""A knowledge folder small enough to break in every way: four entries, one province.

The lists that entries refer to are those that ship; the entries are written here, so that a
change of content breaks no test of the check.
"""

from __future__ import annotations

import shutil
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "knowledge"

BIRTH = "procedures/ho-tich/1.001193.yml"
DEATH = "procedures/ho-tich/1.000656.yml"
LICENCE = "procedures/giao-thong/3.000347.yml"
STAY = "procedures/cu-tru/1.004194.yml"
PROVINCE = "local/hai-phong/province.yml"
LOCAL_BIRTH = "local/hai-phong/procedures/1.001193.yml"
LOCAL_AGENCIES = "local/hai-phong/agencies.yml"

_ENTRY = """\
code: "{code}"
name: {name}
short_name: {short}
purpose: {purpose}
citizen_words: [{words}]
field: {field}
level: commune
decided_by: ubnd-xa
file_at: [hcc-xa, hcc-tinh]
applicants:
  - Công dân Việt Nam
cases:
  - id: lan-dau
    name: Làm lần đầu
    words: [mới làm, chưa có]
  - id: bi-mat
    name: Bị mất
    words: [làm mất, đánh rơi]
documents:
  - name: Tờ khai {topic}
    original: 1
    form: to-khai
  - name: Căn cước của người đi làm
    original: 1
    hand_in: show
  - name: Đơn trình báo mất {topic}
    copies: 2
    cases: [bi-mat]
steps:
  - Chuẩn bị giấy tờ {topic}.
  - Nộp hồ sơ và nhận giấy hẹn.
fees:
  - label: Lệ phí {topic}
    amount: 0
    case: lan-dau
    instrument: "Thông tư 01/2025/TT-BTC"
    valid_from: 2025-01-01
  - label: Lệ phí cấp lại
    amount: 15000
    unit: bản
    channel: desk
    case: bi-mat
    instrument: "Thông tư 02/2025/TT-BTC, Điều 4"
    valid_from: 2025-07-01
    valid_to: 2099-12-31
times:
  - value: 3
    unit: working_day
    case: lan-dau
  - value: 5
    value_to: 7
    unit: day
    case: bi-mat
methods:
  - channel: desk
  - channel: online
    online_level: partial
forms:
  - id: to-khai
    name: Tờ khai theo mẫu
results:
  - Giấy tờ {topic}
legal_basis:
  - {{number: "60/2014/QH13", title: Luật Hộ tịch, in_force_from: 2016-01-01}}
related: ["{related}"]
life_events: [sinh-con]
portal_url: https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{code}
examples:
  - muốn {topic} thì cần mang những giấy tờ gì
  - tôi đi {topic} ở đâu
  - em {topic} mất bao nhiêu tiền vậy
  - nhà tôi {topic} bao lâu thì xong
  - chưa {topic} có sao không ạ
  - ai được đi {topic} thay tôi
  - {bare} can giay to gi
  - toi muon {bare} o dau
unconfirmed:
  - {{aspect: online, note: "Mức độ trực tuyến chưa xác nhận."}}
checked: {{date: 2026-01-15, source: "Cổng Dịch vụ công quốc gia"}}
"""

_ENTRIES = {
    BIRTH: {
        "code": "1.001193",
        "name": "Thủ tục đăng ký khai sinh",
        "short": "Làm giấy khai sinh cho con",
        "purpose": "Ghi nhận việc trẻ được sinh ra.",
        "words": "làm giấy khai sinh, khai sinh cho bé",
        "field": "ho-tich",
        "topic": "đăng ký khai sinh",
        "bare": "dang ky khai sinh",
        "related": "1.000656",
    },
    DEATH: {
        "code": "1.000656",
        "name": "Thủ tục đăng ký khai tử",
        "short": "Khai tử cho người đã mất",
        "purpose": "Ghi nhận một người đã qua đời.",
        "words": "khai tử, giấy chứng tử",
        "field": "ho-tich",
        "topic": "đăng ký khai tử",
        "bare": "dang ky khai tu",
        "related": "1.001193",
    },
    LICENCE: {
        "code": "3.000347",
        "name": "Đổi giấy phép lái xe",
        "short": "Đổi bằng lái xe",
        "purpose": "Đổi bằng lái hết hạn hoặc hỏng lấy bằng mới.",
        "words": "đổi bằng lái, bằng lái hết hạn",
        "field": "giao-thong",
        "topic": "đổi giấy phép lái xe",
        "bare": "doi giay phep lai xe",
        "related": "1.001193",
    },
    STAY: {
        "code": "1.004194",
        "name": "Đăng ký tạm trú",
        "short": "Đăng ký tạm trú",
        "purpose": "Báo với công an nơi mình đang ở trọ.",
        "words": "tạm trú, báo tạm trú phòng trọ",
        "field": "cu-tru",
        "topic": "đăng ký tạm trú",
        "bare": "dang ky tam tru",
        "related": "1.001193",
    },
}

_LOCAL = """\
code: "1.001193"
fees:
  - label: Lệ phí riêng của thành phố
    amount: 8000
    instrument: "Nghị quyết 12/2018/NQ-HĐND"
    valid_from: 2018-08-01
checked: {date: 2026-02-20, source: "Nghị quyết của thành phố"}
"""

_PROVINCE = """\
id: hai-phong
name: Thành phố Hải Phòng
portal_url: https://dichvucong.haiphong.gov.vn
handover_agency: hcc-tinh
checked: {date: 2026-02-20, source: "Cổng của thành phố"}
"""

_AGENCIES = """\
- id: hcc-tinh
  name: Trung tâm Phục vụ hành chính công thành phố Hải Phòng
  source: Cổng của thành phố
"""

_AMBIGUOUS = """\
- words: [hộ tịch]
  options: ["1.001193", "1.000656"]
- words: [giấy tờ xe]
  options: ["3.000347", "1.004194"]
"""


def make(folder: Path) -> Path:
    """Write the knowledge folder; it passes the check without a fault."""
    folder.mkdir(parents=True)
    for name in ("fields", "agencies", "life_events", "dossier_states"):
        shutil.copy(SHIPPED / f"{name}.yml", folder)
    (folder / "glossary.yml").write_text("- {words: [sổ đỏ], term: Giấy chứng nhận}\n", encoding="utf-8")
    (folder / "ambiguous.yml").write_text(_AMBIGUOUS, encoding="utf-8")
    (folder / "other_procedures.yml").write_text("[]\n", encoding="utf-8")
    for name, values in _ENTRIES.items():
        _write(folder / name, _ENTRY.format(**values))
    _write(folder / LOCAL_BIRTH, _LOCAL)
    _write(folder / PROVINCE, _PROVINCE)
    _write(folder / LOCAL_AGENCIES, _AGENCIES)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first ``old`` in the file ``name``; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder: Path, name: str, mark: str) -> int:
    """Number, from 1, of the first line that holds ``mark``."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if mark in line)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
