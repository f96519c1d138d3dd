"""Runs last: connections that were idle during all other tests are still open and fast."""

MINUTE = 65


async def test_an_idle_socket_through_redis_stays_open_for_more_than_a_minute(idle):
    waited = await idle.wait(MINUTE)
    assert idle.codes() == [[], []]
    latencies = await idle.latencies(5)
    print(f"\n  after {waited:.0f} s of silence: {[f'{s * 1000:.0f} ms' for s in latencies]}")
    assert sorted(latencies)[2] < 0.5  # the safety query alone would take up to two seconds
