"""What a procedure entry is: the pydantic models behind every YAML file in ``knowledge/``.

The models say which *shape* is valid; :mod:`assistant.knowledge.check` says which entries are
complete enough to ship. Lists may therefore be empty here (an imported entry knows little), and
an empty list always means "not known", never "none": what is known to be none is written out.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
# YAML would take "true" for 1 and 0 for a day in 1970.
Whole = Annotated[int, Strict()]


def _written_date(value: object) -> object:
    if isinstance(value, str | dt.date):
        return value
    raise PydanticCustomError("date_type", "date")


Date = Annotated[dt.date, BeforeValidator(_written_date)]
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^\d\.\d{6}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(StrEnum):
    """Which tier of government handles the procedure (two local tiers since 1 July 2025)."""

    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"
    SCHOOL = "school"


class Channel(StrEnum):
    """A way to file (Decree 118/2025/NĐ-CP): at the desk, online, or by public post."""

    DESK = "desk"
    ONLINE = "online"
    POST = "post"


class OnlineLevel(StrEnum):
    """How much of the procedure can be done online (Decree 224/2026/NĐ-CP)."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    UNKNOWN = "unknown"


class HandIn(StrEnum):
    """Whether a document is handed in for keeping or only shown."""

    SUBMIT = "submit"
    SHOW = "show"


class TimeUnit(StrEnum):
    """Unit of a processing time; ``working_day`` excludes weekends and public holidays."""

    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"
    MONTH = "month"


class Aspect(StrEnum):
    """The part of an entry that a question is about."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    STEPS = "steps"
    FORM = "form"
    CONDITIONS = "conditions"
    RESULT = "result"
    LEGAL = "legal"
    ONLINE = "online"
    VALIDITY = "validity"
    OTHER = "other"


class Case(_Model):
    """A situation in which the papers, the fee or the time differ."""

    id: Slug = Field(description="Tên ngắn không dấu, dùng để tham chiếu trong cùng tệp.")
    name: Text = Field(description="Tên trường hợp bằng lời dễ hiểu, ví dụ «Bị mất».")
    words: list[Text] = Field(default=[], description="Từ người dân hay dùng khi rơi vào trường hợp này.")


class Form(_Model):
    """An official form that a procedure asks for."""

    id: Slug = Field(description="Tên ngắn không dấu của mẫu, dùng để tham chiếu.")
    name: Text = Field(description="Tên mẫu đơn, tờ khai.")
    issued_by: Text | None = Field(default=None, description="Văn bản ban hành mẫu; để trống nếu chưa xác nhận được.")


class Document(_Model):
    """One required document."""

    name: Text = Field(description="Tên giấy tờ bằng lời dễ hiểu.")
    cases: list[Slug] = Field(default=[], description="Chỉ cần trong các trường hợp này; trống là mọi trường hợp.")
    original: Whole = Field(default=0, ge=0, description="Số bản chính.")
    copies: Whole = Field(default=0, ge=0, description="Số bản sao.")
    hand_in: HandIn = Field(default=HandIn.SUBMIT, description="submit = nộp, show = chỉ xuất trình.")
    form: Slug | None = Field(default=None, description="Mã mẫu trong «forms», nếu phải điền mẫu.")
    needed_if: Text | None = Field(
        default=None, description="Điều kiện khiến giấy này mới cần, nếu không phải ai cũng cần."
    )
    note: Text | None = Field(default=None, description="Lời nhắc thêm cho người dân.")


class Fee(_Model):
    """One row of a fee. The amount comes from the fee's instrument, never from portal text alone."""

    label: Text = Field(description="Tên khoản thu, ví dụ «Lệ phí cấp thẻ».")
    amount: Whole | None = Field(ge=0, description="Số tiền (đồng); 0 là miễn phí; null là chưa xác nhận được.")
    unit: Text | None = Field(default=None, description="Đơn vị tính, ví dụ «trang», «bản», «lần».")
    channel: Channel | None = Field(default=None, description="desk, online, post; trống là cách nào cũng vậy.")
    case: Slug | None = Field(default=None, description="Trường hợp áp dụng; trống là mọi trường hợp.")
    instrument: Text | None = Field(default=None, description="Văn bản quy định mức thu (số hiệu, điều khoản).")
    valid_from: Date | None = Field(default=None, description="Áp dụng từ ngày.")
    valid_to: Date | None = Field(default=None, description="Hết áp dụng sau ngày này.")
    note: Text | None = Field(default=None, description="Ai được miễn, giảm; cách tính.")


class ProcessingTime(_Model):
    """How long the office has, by law."""

    value: float | None = Field(ge=0, description="Số; 0 là trả ngay trong ngày; null là chưa rõ.")
    value_to: float | None = Field(default=None, ge=0, description="Số lớn nhất nếu là khoảng.")
    unit: TimeUnit = Field(description="working_day, day, hour hoặc month.")
    case: Slug | None = Field(default=None, description="Trường hợp áp dụng.")
    note: Text | None = Field(default=None, description="Tính từ lúc nào, khi nào kéo dài.")


class FilingMethod(_Model):
    """One way to file."""

    channel: Channel = Field(description="desk = trực tiếp, online = trực tuyến, post = bưu chính.")
    online_level: OnlineLevel | None = Field(
        default=None, description="Mức độ trực tuyến: full, partial, none, unknown."
    )
    note: Text | None = Field(default=None, description="Chỗ bấm, địa chỉ trang, lưu ý.")


class LegalBasis(_Model):
    """One legal instrument."""

    number: Text = Field(description="Số hiệu, ví dụ «60/2014/QH13».")
    title: Text = Field(description="Tên ngắn của văn bản.")
    article: Text | None = Field(default=None, description="Điều, khoản; trống nếu chưa xác nhận.")
    in_force_from: Date | None = Field(default=None, description="Ngày có hiệu lực; trống nếu chưa xác nhận.")


class Check(_Model):
    """When and against what an entry, or a local change of it, was last checked."""

    date: Date = Field(description="Ngày kiểm tra.")
    source: Text = Field(description="Nguồn đã đối chiếu (cổng, văn bản, ngày của bản đọc).")


class Unconfirmed(_Model):
    """A fact that could not be confirmed; the answer to that aspect says so."""

    aspect: Aspect = Field(description="Phần bị ảnh hưởng, ví dụ fee, documents, time.")
    note: Text = Field(description="Điều gì chưa chắc và người dân nên hỏi ở đâu.")


class _Facts(_Model):
    """The parts of an entry that a province may replace with its own."""

    decided_by: Slug | None = Field(default=None, description="Cơ quan quyết định (mã trong agencies.yml).")
    file_at: list[Slug] = Field(default=[], description="Nơi nộp (mã trong agencies.yml).")
    place_note: Text | None = Field(default=None, description="Lưu ý về nơi nộp.")
    cases: list[Case] = Field(default=[], description="Các trường hợp.")
    documents: list[Document] = Field(default=[], description="Giấy tờ cần có.")
    steps: list[Text] = Field(default=[], description="Các bước, lời dễ hiểu, mỗi bước một việc.")
    fees: list[Fee] = Field(default=[], description="Phí, lệ phí.")
    times: list[ProcessingTime] = Field(default=[], description="Thời hạn giải quyết.")
    methods: list[FilingMethod] = Field(default=[], description="Các cách nộp hồ sơ.")
    forms: list[Form] = Field(default=[], description="Mẫu đơn, tờ khai.")
    results: list[Text] = Field(default=[], description="Kết quả nhận được.")
    validity: list[Text] = Field(default=[], description="Kết quả dùng được bao lâu.")
    conditions: list[Text] = Field(default=[], description="Điều kiện để được giải quyết.")
    legal_basis: list[LegalBasis] = Field(default=[], description="Căn cứ pháp lý.")
    portal_url: Text | None = Field(default=None, description="Trang của thủ tục trên Cổng DVCQG.")
    unconfirmed: list[Unconfirmed] = Field(default=[], description="Những điều chưa xác nhận được.")


class Procedure(_Facts):
    """A procedure entry: all that the assistant knows, and may say, of one procedure."""

    code: ProcedureCode = Field(description="Mã thủ tục quốc gia, ví dụ 1.001193.")
    same_need: list[ProcedureCode] = Field(
        default=[],
        description="Mã khác cho cùng nhu cầu (cấp khác, tỉnh khác); trả lời chung một mục.",
    )
    name: Text = Field(description="Tên chính thức.")
    short_name: Text | None = Field(default=None, description="Tên ngắn, dễ hiểu.")
    purpose: Text | None = Field(default=None, description="Một hai câu: làm việc này để làm gì.")
    citizen_words: list[Text] = Field(default=[], description="Từ, cụm từ người dân hay gọi.")
    field: Slug = Field(description="Lĩnh vực (mã trong fields.yml), cũng là tên thư mục.")
    level: Level | None = Field(default=None, description="Cấp giải quyết.")
    applicants: list[Text] = Field(default=[], description="Ai được làm.")
    prerequisites: list[Text] = Field(default=[], description="Việc phải xong trước.")
    related: list[ProcedureCode] = Field(default=[], description="Mã thủ tục liên quan.")
    life_events: list[Slug] = Field(default=[], description="Sự kiện trong đời (mã trong life_events.yml).")
    examples: list[Text] = Field(
        default=[], description="Ít nhất tám câu hỏi mẫu bằng lời người dân, có dấu và không dấu."
    )
    checked: Check = Field(description="Ngày và nguồn kiểm tra gần nhất.")
    clerk_note: Text | None = Field(default=None, description="Ghi chú chỉ cho cán bộ một cửa.")
    local_checked: Check | None = Field(default=None, description="Do máy điền: ngày và nguồn của phần riêng của tỉnh.")


class LocalProcedure(_Facts):
    """What one province says differently. A part that is given replaces the national part whole."""

    code: ProcedureCode = Field(description="Mã thủ tục quốc gia được thay phần riêng.")
    same_need: list[ProcedureCode] = Field(default=[], description="Mã riêng của tỉnh cho cùng nhu cầu.")
    checked: Check = Field(description="Ngày và nguồn kiểm tra phần riêng của tỉnh.")


class Agency(_Model):
    """An office people deal with."""

    id: Slug = Field(description="Mã ngắn không dấu.")
    name: Text = Field(description="Tên gọi đầy đủ.")
    short_name: Text | None = Field(default=None, description="Tên ngắn.")
    words: list[Text] = Field(default=[], description="Cách người dân gọi.")
    address: Text | None = Field(default=None, description="Địa chỉ; trống nếu chưa xác nhận.")
    phone: Text | None = Field(default=None, description="Điện thoại; trống nếu chưa xác nhận.")
    website: Text | None = Field(default=None, description="Trang web.")
    note: Text | None = Field(default=None, description="Lưu ý, ví dụ có thể tới nơi nào trong tỉnh.")
    source: Text = Field(description="Nguồn của thông tin này.")


class Province(_Model):
    """The province whose local facts are in force."""

    id: Slug = Field(description="Tên thư mục, ví dụ hai-phong.")
    name: Text = Field(description="Tên tỉnh, thành phố.")
    former: list[Text] = Field(default=[], description="Các tỉnh cũ đã nhập vào.")
    portal_url: Text = Field(description="Cổng dịch vụ công của tỉnh.")
    handover_agency: Slug = Field(description="Nơi người dân gặp cán bộ (mã trong agencies.yml).")
    checked: Check = Field(description="Ngày và nguồn kiểm tra.")


class FieldOfWork(_Model):
    """A field of public administration."""

    id: Slug = Field(description="Mã ngắn không dấu, tên thư mục.")
    name: Text = Field(description="Tên lĩnh vực.")


class LifeEvent(_Model):
    """Something that happens in a person's life and brings procedures with it."""

    id: Slug = Field(description="Mã ngắn không dấu.")
    name: Text = Field(description="Tên bằng lời dễ hiểu.")


class GlossaryTerm(_Model):
    """Words citizens use, the official term, and a plain explanation."""

    words: list[Text] = Field(min_length=1, description="Cách người dân gọi.")
    term: Text = Field(description="Thuật ngữ chính thức.")
    explanation: Text | None = Field(default=None, description="Giải thích ngắn.")


class DossierState(_Model):
    """One of the ten national dossier states."""

    id: int = Field(ge=1, le=10, description="Mã trạng thái của Cổng Dịch vụ công quốc gia.")
    name: Text = Field(description="Tên chính thức.")
    plain: Text = Field(description="Giải thích bằng lời dễ hiểu.")
    todo: Text = Field(description="Người dân cần làm gì.")


class OtherProcedure(_Model):
    """A procedure that is known by name only: asked about often, and not written up."""

    code: ProcedureCode = Field(description="Mã thủ tục quốc gia.")
    name: Text = Field(description="Tên chính thức.")
    words: list[Text] = Field(min_length=1, description="Cách người dân gọi.")
    portal_url: Text = Field(description="Trang của thủ tục trên Cổng Dịch vụ công quốc gia.")


class AmbiguousTerm(_Model):
    """A short phrase that names several needs, so that one has to ask back."""

    words: list[Text] = Field(min_length=1, description="Cách nói ngắn, mơ hồ.")
    options: list[ProcedureCode] = Field(min_length=1, description="Hai đến bốn thủ tục có thể là ý người hỏi.")
