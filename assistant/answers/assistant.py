"""How a message becomes a reply: read this file first.

    message → choose? → understand → retrieve → decide → render

Every way out is one of the outcomes of :class:`assistant.answers.turn.Outcome`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from assistant.answers import reading, render
from assistant.answers.turn import Button, Message, Outcome, Reply, State
from assistant.knowledge.model import Agency, Aspect, Procedure
from assistant.retrieval.decision import Decision, Verdict, decide
from assistant.retrieval.index import Index
from assistant.retrieval.intents import aspect_of
from assistant.retrieval.ranking import Candidate

# A message with no more words than this that could name a procedure, and no name, is a follow-up.
_FEW_WORDS = 2
# How far down the ranking a name that was said is looked for.
_NAMED_WITHIN = 5
# From this share of belief on, a procedure that is known by name only is named.
_SURE_OF_NAME = 0.5
# "Không", "không phải", "không phải đâu": nothing but a no.
_SHORTEST_NO = 3


class Assistant:
    """Answers messages from one opened index. Holds no conversation: state comes in and goes out."""

    def __init__(self, index: Index, today: dt.date | None = None) -> None:
        """Use ``index``; ``today`` fixes the day for tests."""
        self.index = index
        self._today = today
        self._ambiguous_terms = [
            (reading.words(word), reading.topic_words(word), term.options)
            for term in index.knowledge.ambiguous
            for word in term.words
        ]

    @property
    def procedures(self) -> dict[str, Procedure]:
        """Entries by code."""
        return self.index.knowledge.procedures

    def answer(self, message: Message, state: State) -> Reply:
        """Reply to a question, of any aspect, with or without naming its procedure."""
        state = self._alive(state)
        picked = reading.choice(message.text, self._options(state))
        if picked:
            return self._picked(picked, message, state)
        return self._asked(message, self._aspects(message), state)

    def choose(self, message: Message, state: State) -> Reply:
        """Reply to "the second one", "yes" or "no" after options were offered."""
        state = self._alive(state)
        options = self._options(state)
        picked = reading.choice(message.text, options)
        if picked is None and message.intent == "affirm" and options:
            picked = options[0]
        if picked:
            return self._picked(picked, message, state)
        if message.intent == "deny" and options:
            return self._say(Outcome.CLARIFY, "which_instead", replace(state, options=[]))
        if message.intent == "affirm" and state.procedure:
            return self._answered(self.procedures[state.procedure], [Aspect.STEPS], message, state)
        if reading.topic_words(message.text) and message.intent not in ("affirm", "deny"):
            return self.answer(replace(message, intent=None), state)
        return self._say(Outcome.CLARIFY, "no_procedure", state)

    def correct(self, message: Message, state: State) -> Reply:
        """Reply to "no, I mean…": the rest is a new question, the old subject is dropped."""
        state = self._alive(state)
        rest = reading.without_correction(message.text)
        dropped = replace(state, procedure=None, previous=state.procedure, options=[], case=None)
        if reading.topic_words(rest):
            aspects = self._aspects(Message(rest))
            if aspects == [Aspect.OVERVIEW] and state.aspects:
                aspects = [Aspect(name) for name in state.aspects]
            return self._asked(Message(rest), aspects, dropped)
        aspect = self.index.intents.aspect(rest)
        if state.procedure and aspect and len(reading.words(rest)) > _SHORTEST_NO:
            return self._asked(Message(rest), [aspect], state)
        return self._say(Outcome.CLARIFY, "which_instead", dropped)

    def simplify(self, state: State) -> Reply:
        """Reply to "I don't understand": the steps of the same procedure, in few words."""
        procedure = self.procedures.get(state.procedure or "")
        if procedure is None or not procedure.steps:
            return self._say(Outcome.SMALLTALK, "no_procedure", state)
        return Reply(
            Outcome.ANSWERED,
            [render.say("simpler", steps=procedure.steps)],
            state,
            self.index.version,
            [procedure.code],
            [Aspect.STEPS],
        )

    def nothing_to_repeat(self, state: State) -> Reply:
        """Reply to "say it again" when nothing was said yet."""
        return self._say(Outcome.SMALLTALK, "nothing_to_repeat", state)

    def handover(self, state: State) -> Reply:
        """Reply to "I want to talk to a person": where the people are."""
        return self._say(Outcome.HANDOVER, "handover", state)

    def dossier_status(self, state: State) -> Reply:
        """Reply to "where is my dossier": where to look it up."""
        return self._say(Outcome.DOSSIER_LINK, "dossier_link", state)

    def out_of_scope(self, message: Message, state: State) -> Reply:
        """Reply to a message taken for no public-service matter; a sure entry still wins."""
        state = self._alive(state)
        if not reading.topic_words(message.text) and state.procedure:
            return self.answer(replace(message, intent=None), state)
        ranking = self._rank(message.text)
        decision = decide(ranking, self.index.calibration)
        named = ranking[0].signals["phrase"] > 0
        if decision.verdict is Verdict.ANSWER and named:
            return self._act(decision, ranking, self._aspects(message), message, state)
        return self._say(Outcome.OUT_OF_SCOPE, "out_of_scope", state)

    def _asked(self, message: Message, aspects: list[Aspect], state: State) -> Reply:
        if state.previous and reading.goes_back(message.text) and not self.index.ranker.names_something(message.text):
            return self._answered(self.procedures[state.previous], aspects, message, state)
        topic = reading.topic_words(message.text)
        current = self.procedures.get(state.procedure or "")
        if not topic:
            if current:
                return self._answered(current, aspects, message, state)
            return self._say(Outcome.CLARIFY, "no_procedure", replace(state, aspects=[a.value for a in aspects]))
        asked_back = self._ambiguous(message, aspects)
        if asked_back:
            return self._clarify(asked_back, aspects, state)
        ranking = self._rank(message.text)
        decision = decide(ranking, self.index.calibration)
        if current and _stays(decision, ranking, topic, aspects):
            return self._answered(current, aspects, message, state)
        return self._act(decision, ranking, aspects, message, state)

    def _act(
        self, decision: Decision, ranking: Sequence[Candidate], aspects: list[Aspect], message: Message, state: State
    ) -> Reply:
        match decision.verdict:
            case Verdict.ANSWER:
                reply = self._answered(self.procedures[decision.codes[0]], aspects, message, state)
            case Verdict.CLARIFY:
                reply = self._clarify(decision.codes, aspects, state)
            case Verdict.NONE:
                reply = self._no_entry(decision, message, state, aspects)
        scores = {
            "some_entry": round(decision.some_entry, 4),
            "first_entry": round(decision.first_entry, 4),
            "candidates": [
                {"code": c.code, "score": round(c.score, 4), "probability": round(c.probability, 4), **c.signals}
                for c in [c for c in ranking if c.is_entry][:5]
            ],
        }
        return replace(reply, scores=scores)

    def _rank(self, text: str) -> list[Candidate]:
        return self.index.ranker.rank(text, np.array(self.index.calibration.weights))

    def _aspects(self, message: Message) -> list[Aspect]:
        if self.index.ranker.is_phrase(message.text) or self._is_term(message.text):
            return [Aspect.OVERVIEW]
        first = aspect_of(message.intent) if message.intent else None
        return self.index.intents.aspects(message.text, first) or [Aspect.OVERVIEW]

    def _ambiguous(self, message: Message, aspects: list[Aspect]) -> list[str]:
        if aspects != [Aspect.OVERVIEW]:
            return []
        return self._terms(message.text)

    def _is_term(self, text: str) -> bool:
        """Whether a message is word for word a short phrase with several meanings."""
        said = reading.words(text)
        return any(said == words for words, _, _ in self._ambiguous_terms)

    def _terms(self, text: str) -> list[str]:
        """What a short phrase may stand for, if a message names nothing but such a phrase."""
        topic = reading.topic_words(text)
        options = next((found for _, words, found in self._ambiguous_terms if topic and topic == words), [])
        return [self.index.knowledge.canonical[code] for code in options]

    def _alive(self, state: State) -> State:
        """``state`` without what the knowledge no longer holds: a conversation can outlive an entry."""
        return replace(
            state,
            procedure=state.procedure if state.procedure in self.procedures else None,
            previous=state.previous if state.previous in self.procedures else None,
            options=[code for code in state.options if code in self.procedures],
        )

    def _options(self, state: State) -> list[Procedure]:
        return [self.procedures[code] for code in state.options]

    def _picked(self, procedure: Procedure, message: Message, state: State) -> Reply:
        aspects = [Aspect(a) for a in state.aspects] or [Aspect.OVERVIEW]
        return self._answered(procedure, aspects, message, state)

    def _answered(self, procedure: Procedure, aspects: list[Aspect], message: Message, state: State) -> Reply:
        same = procedure.code == state.procedure
        case = reading.case_of(message.text, procedure) or (state.case if same else None)
        texts = [render.answer(procedure, aspect, self.index.knowledge, case, self._today) for aspect in aspects]
        following = State(
            procedure.code,
            state.previous if same else state.procedure,
            [aspect.value for aspect in aspects],
            [],
            case,
        )
        return Reply(
            Outcome.ANSWERED,
            texts,
            following,
            self.index.version,
            [procedure.code],
            aspects,
            buttons=render.follow_ups(aspects),
        )

    def _clarify(self, codes: Sequence[str], aspects: list[Aspect], state: State) -> Reply:
        options = [self.procedures[code] for code in codes]
        titles = [option.short_name or option.name for option in options]
        following = replace(state, aspects=[a.value for a in aspects], options=list(codes))
        return Reply(
            Outcome.CLARIFY,
            [render.say("clarify", options=options)],
            following,
            self.index.version,
            aspects=aspects,
            options=list(codes),
            buttons=[Button(title, title) for title in titles],
        )

    def _no_entry(self, decision: Decision, message: Message, state: State, aspects: list[Aspect]) -> Reply:
        intent = message.intent or self.index.intents.predict(message.text)[0][0]
        if intent == "out_of_scope":
            return self._say(Outcome.OUT_OF_SCOPE, "out_of_scope", state)
        other = self.index.knowledge.others.get(decision.codes[0]) if decision.codes else None
        named = other if decision.first_entry >= _SURE_OF_NAME else None
        if named is None and aspect_of(intent) is None:
            return self._say(Outcome.CLARIFY, "no_procedure", replace(state, aspects=[a.value for a in aspects]))
        return self._say(Outcome.NO_ENTRY, "no_entry", state, other=named)

    def _say(self, outcome: Outcome, template: str, state: State, **context: Any) -> Reply:
        knowledge = self.index.knowledge
        text = render.say(template, agency=self._office(), province=knowledge.province, **context)
        return Reply(outcome, [text], state, self.index.version)

    def _office(self) -> Agency | None:
        knowledge = self.index.knowledge
        name = knowledge.province.handover_agency if knowledge.province else "hcc-xa"
        return knowledge.agencies.get(name)


def _stays(decision: Decision, ranking: Sequence[Candidate], topic: Sequence[str], aspects: Sequence[Aspect]) -> bool:
    """Whether a message goes on about the procedure being talked about.

    A change of subject names the new one, or tells enough of it to be answered on its own; a
    follow-up ("có phải mang theo ảnh không") has words of its own and names nothing.
    """
    if any(candidate.signals["phrase"] > 0 for candidate in ranking[:_NAMED_WITHIN]):
        return False
    if len(topic) <= _FEW_WORDS:
        return True
    return decision.verdict is not Verdict.ANSWER and list(aspects) != [Aspect.OVERVIEW]
