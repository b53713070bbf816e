using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Registry;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>A name whose container we stopped sleeps: no moment without its address.</summary>
public sealed class SleepingNamesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SleepBook _book;

    public SleepingNamesTests() => _book = new SleepBook(Path.Combine(_directory.Path, "sleep.json"));

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = ReconcilerRig.Patience)]
    public async Task It_falls_asleep_and_wakes_with_its_address_at_every_moment()
    {
        await using var rig = await ReconcilerRig.StartAsync(rig => rig.Sleepers = _book);
        var id = rig.Engine.Run("box");
        var address = rig.Engine.AddressOf(id);
        await rig.Expect("box", address);
        var seen = new List<NameRecord?>();
        using var following = new CancellationTokenSource();
        var follow = Task.Run(async () =>
        {
            await foreach (var update in rig.Registry.WatchAsync(following.Token))
                seen.Add(update.Snapshot.Records.GetValueOrDefault(new RecordKey("agent-1", "box")));
        });

        _book.Put(id, Sleeper("box", address));
        await rig.Settle();
        rig.Registry["box"]!.State.Should().Be(RecordState.Running, "it has not stopped yet");
        rig.Engine.Die(id);
        await ReconcilerRig.Until(() => rig.Registry["box"]?.State == RecordState.Asleep, () => $"box is {rig.Registry["box"]?.State}");
        rig.AddressOf("box").Should().Be(address);
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await rig.Settle();
        rig.AddressOf("box").Should().Be(address);
        rig.Model.Current.Containers[id].Asleep.Should().NotBeNull();

        rig.Engine.Start(id);
        await ReconcilerRig.Until(() => rig.Registry["box"]?.State == RecordState.Running, () => $"box is {rig.Registry["box"]?.State}");
        _book.Remove(id);
        await rig.Settle();

        await following.CancelAsync();
        await FluentActions.Awaiting(() => follow).Should().ThrowAsync<OperationCanceledException>();
        seen.Should().OnlyContain(record => record != null && record.Addresses.Length == 1);
        rig.Registry["box"]!.Attributes.Should().NotContainKey(RecordAttributes.ExitCode);
    }

    [Fact(Timeout = ReconcilerRig.Patience)]
    public async Task One_that_dies_is_no_sleeper_and_one_whose_address_is_taken_has_none()
    {
        await using var rig = await ReconcilerRig.StartAsync(rig =>
        {
            rig.Sleepers = _book;
            rig.Options.Grace = TimeSpan.Zero;
        });
        var died = rig.Engine.Run("died");
        var slept = rig.Engine.Run("slept");
        var address = rig.Engine.AddressOf(slept);
        await rig.Expect("slept", address);
        rig.Engine.Die(died);
        _book.Put(slept, Sleeper("slept", address));
        rig.Engine.Die(slept);
        await ReconcilerRig.Until(() => rig.Registry["slept"]?.State == RecordState.Asleep && rig.Registry["died"]?.State == RecordState.Stopped, () => "they do not stop");

        var thief = rig.Engine.Create("thief");
        rig.Engine.Start(thief, address);

        await rig.Expect("thief", address);
        await ReconcilerRig.Until(() => rig.Registry["slept"]?.Addresses.IsEmpty == true, () => $"slept is {rig.AddressOf("slept")}");
    }

    private static Sleeper Sleeper(string name, string address) =>
        new(name, new Asleep(DateTimeOffset.UnixEpoch, [new KeptPlace("lan", "", [IPAddress.Parse(address)], "")]), IsPaused: false, MemoryBytes: 0);
}
