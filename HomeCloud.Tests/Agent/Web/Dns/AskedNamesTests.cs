using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Web.Dns;

public sealed class AskedNamesTests : IReverseLookup
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ManualClock _clock = new();
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly TaskCompletionSource _never = new();
    private Func<IPAddress, string?>? _answer = address => $"device-{address.GetAddressBytes()[^1]}";

    [Fact(Timeout = Limit)]
    public async Task A_name_is_there_the_next_time_and_asked_again_after_ten_minutes()
    {
        var names = new AskedNames(_clock, this);
        names.Find("192.168.1.31").Should().BeNull("nobody waits");
        await UntilAsync(names, "192.168.1.31", "device-31");
        _clock.Advance(TimeSpan.FromMinutes(9));
        names.Find("192.168.1.31").Should().Be("device-31");
        _asked.Should().Equal("192.168.1.31");

        _answer = _ => "tablet";
        _clock.Advance(TimeSpan.FromMinutes(2));
        names.Find("192.168.1.31").Should().Be("device-31", "the old name stands until the new one is there");
        await UntilAsync(names, "192.168.1.31", "tablet");
        names.Names.Select(pair => (pair.Key, pair.Value)).Should().Equal(("192.168.1.31", "tablet"));
        _asked.Should().HaveCount(2);

        _answer = null;
        _clock.Advance(TimeSpan.FromMinutes(11));
        names.Find("192.168.1.31");
        (await Poll.UntilAsync(() => _clock.Armed == 1, Patience)).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(11));
        (await Poll.UntilAsync(() => _clock.Armed == 0, Patience)).Should().BeTrue();
        names.Find("192.168.1.31").Should().Be("tablet", "a router that restarts has not renamed it");
    }

    [Fact(Timeout = Limit)]
    public async Task What_has_no_name_is_asked_no_more_often_and_a_silent_server_is_given_up()
    {
        var names = new AskedNames(_clock, this);
        _answer = null;
        names.Find("fd00::1");
        (await Poll.UntilAsync(() => _asked.Count == 1 && _clock.Armed == 1, Patience)).Should().BeTrue();
        names.Find("fd00::1");
        _clock.Advance(TimeSpan.FromSeconds(11));
        (await Poll.UntilAsync(() => _clock.Armed == 0, Patience)).Should().BeTrue();

        _answer = _ => null;
        for (var i = 0; i < 5; i++)
            names.Find("fd00::1").Should().BeNull();
        _asked.Should().HaveCount(1);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("2001:db8::1")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("-")]
    [InlineData("")]
    public void Nothing_is_asked_about_other_addresses(string address)
    {
        new AskedNames(_clock, this).Find(address).Should().BeNull();
        new AskedNames(_clock).Find("192.168.1.31").Should().BeNull("there is nobody to ask");
        _asked.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_thousand_devices_are_remembered_and_eight_asked_at_once()
    {
        var names = new AskedNames(_clock, this);
        _answer = null;
        for (var i = 0; i < 50; i++)
            names.Find($"10.0.0.{i}");
        (await Poll.UntilAsync(() => _asked.Count == 8, Patience)).Should().BeTrue();
        _asked.Should().HaveCount(8);
        (await Poll.UntilAsync(() => _clock.Armed == 8, Patience)).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(11));
        (await Poll.UntilAsync(() => _clock.Armed == 0, Patience)).Should().BeTrue();

        _answer = address => $"device-{address}";
        for (var i = 0; i < 1200; i += 8)
        {
            var some = Enumerable.Range(i, 8).Select(one => $"10.1.{one / 256}.{one % 256}").ToList();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            (await Poll.UntilAsync(() => some.TrueForAll(address => names.Find(address) is not null), Patience)).Should().BeTrue();
        }

        names.Names.Should().HaveCount(1024, "the oldest are forgotten");
    }

    async Task<string?> IReverseLookup.FindAsync(IPAddress address, CancellationToken cancellation)
    {
        _asked.Enqueue(address.ToString());
        if (_answer is null)
            await _never.Task.WaitAsync(cancellation);
        return _answer?.Invoke(address);
    }

    private static async Task UntilAsync(AskedNames names, string address, string name) => (await Poll.UntilAsync(() => names.Find(address) == name, Patience)).Should().BeTrue();
}
