using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HomeCloud.Dns.Projection;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Projection;

public class RegistryFollowerTests
{
    private readonly PipelineHarness _harness = new();

    [Fact(Timeout = 60_000)]
    public async Task Names_are_there_when_the_start_completes()
    {
        var reader = new FakeReader();
        reader.Publish(Snapshot("nas"));
        using var follower = Follow(reader);
        await follower.StartAsync(CancellationToken.None);
        follower.IsReady.Should().BeTrue();
        _harness.Ask("nas.home.", RecordType.A).Code.Should().Be("NOERROR");
        follower.Describe().Should().ContainSingle().Which.Should().Be("a test registry: connected since 2026-11-22 09:00:00 UTC, 0 names");
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_source_that_is_slow_does_not_hold_the_start_up_for_ever()
    {
        var quick = new FakeReader();
        quick.Publish(Snapshot("nas"));
        var slow = new FakeReader();
        using var follower = Follow(quick, slow);
        await follower.StartAsync(CancellationToken.None);
        follower.IsReady.Should().BeFalse();
        slow.Publish(Snapshot("printer"));
        await UntilAsync(() => follower.IsReady);
        _harness.Ask("printer.home.", RecordType.A).Code.Should().Be("NOERROR");
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_that_fails_is_asked_again_and_names_stay_meanwhile()
    {
        var reader = new FakeReader();
        reader.Publish(Snapshot("nas"));
        using var follower = Follow(reader);
        await follower.StartAsync(CancellationToken.None);
        reader.Fail();
        await UntilAsync(() => reader.Watches == 2);
        _harness.Ask("nas.home.", RecordType.A).Code.Should().Be("NOERROR");
        reader.Publish(Snapshot("printer"));
        await UntilAsync(() => _harness.Ask("printer.home.", RecordType.A).Code == "NOERROR");
        _harness.Ask("nas.home.", RecordType.A).Code.Should().Be("NXDOMAIN");
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void A_registry_that_is_away_shows_in_the_metrics_with_the_time_since_when()
    {
        var since = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
        var reader = new FakeReader { Health = new RegistryHealth(false, since, "gone") };
        using var follower = Follow(reader, new FakeReader { Health = new RegistryHealth(true, DateTimeOffset.UnixEpoch, "never read") });
        var seen = new List<(string Name, double Value)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name.StartsWith("homecloud.dns.registry.", StringComparison.Ordinal))
                it.EnableMeasurementEvents(instrument);
        };
        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags is [{ Value: nameof(FakeReader) }])
                seen.Add((instrument.Name, value));
        }

        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        seen.Should().Contain(("homecloud.dns.registry.connected", 0)).And.Contain(("homecloud.dns.registry.since", since.ToUnixTimeSeconds()));
    }

    private static RegistryUpdate Snapshot(string name)
    {
        var record = new NameRecord { Name = name, Owner = "box1", Addresses = [IPAddress.Parse("192.168.1.1")] };
        return new RegistryUpdate(RegistrySnapshot.Empty with { Revision = 1, Records = ImmutableDictionary<RecordKey, NameRecord>.Empty.Add(record.Key, record) }, default);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private RegistryFollower Follow(params IRegistryReader[] readers) =>
        new(_harness.Projection, readers, TimeProvider.System, NullLogger<RegistryFollower>.Instance);

    private sealed class FakeReader : IRegistryReader
    {
        private Channel<RegistryUpdate> _updates = Channel.CreateUnbounded<RegistryUpdate>();
        private int _watches;

        public int Watches => Volatile.Read(ref _watches);

        public RegistrySnapshot Current => RegistrySnapshot.Empty;

        public RegistryHealth Health { get; init; } = new(true, new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero), "a test registry");

        public void Publish(RegistryUpdate update) => _updates.Writer.TryWrite(update);

        public void Fail()
        {
            var broken = _updates;
            _updates = Channel.CreateUnbounded<RegistryUpdate>();
            broken.Writer.Complete(new InvalidOperationException("on purpose"));
        }

        public async IAsyncEnumerable<RegistryUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _watches);
            await foreach (var update in _updates.Reader.ReadAllAsync(cancellationToken))
                yield return update;
        }
    }
}
