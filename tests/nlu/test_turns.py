import asyncio
import gc

from assistant.nlu.turns import Turns


def test_turns_of_one_sender_run_in_order_and_of_two_side_by_side():
    seen = []

    async def turn(name, seconds):
        seen.append(f"{name} starts")
        await asyncio.sleep(seconds)
        seen.append(f"{name} ends")

    async def scenario():
        turns = Turns(5)
        await asyncio.gather(
            turns.run("a", lambda: turn("a1", 0.05)),
            turns.run("a", lambda: turn("a2", 0)),
            turns.run("b", lambda: turn("b1", 0)),
        )

    asyncio.run(scenario())
    assert seen.index("a1 ends") < seen.index("a2 starts")
    assert seen.index("b1 ends") < seen.index("a1 ends")


def test_a_hanging_turn_is_given_up_and_the_next_one_runs():
    cancelled = []

    async def hang():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def quick():
        return None

    async def scenario():
        turns = Turns(0.05)
        return await turns.run("a", hang), await turns.run("a", quick)

    assert asyncio.run(scenario()) == (False, True)
    assert cancelled == [True]


def test_a_failing_turn_is_logged_and_no_exception():
    async def fail():
        raise RuntimeError("ngã")

    async def scenario():
        return await Turns(1).run("a", fail)

    assert asyncio.run(scenario()) is False


def test_a_turn_goes_on_when_its_caller_is_cancelled():
    done = []

    async def turn():
        await asyncio.sleep(0.05)
        done.append(True)

    async def scenario():
        turns = Turns(5)
        caller = asyncio.ensure_future(turns.run("a", turn))
        await asyncio.sleep(0.01)
        caller.cancel()
        await asyncio.sleep(0.1)

    asyncio.run(scenario())
    assert done == [True]


def test_nothing_is_kept_of_a_sender():
    async def quick():
        return None

    async def scenario():
        turns = Turns(1)
        for number in range(100):
            await turns.run(str(number), quick)
        gc.collect()
        return len(turns._locks), len(turns._running)

    assert asyncio.run(scenario()) == (0, 0)
