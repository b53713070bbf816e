using System.Collections.Immutable;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Registry.Storage;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>What a reader believes, without a Redis: every return of one that can happen.</summary>
public class RedisViewTests
{
    private static readonly NameRecord X = Record("a", "x", "10.0.0.1");
    private static readonly NameRecord Nas = Record(WellKnownOwners.Static, "nas", "10.0.0.9");

    private readonly TestClock _clock = new();
    private readonly RedisView _view;

    public RedisViewTests()
    {
        _view = new RedisView(StoredSnapshot.Empty, new RegistryOptions { ReturnGrace = TimeSpan.FromSeconds(15), DropAfter = TimeSpan.FromDays(7) }, _clock);
        _view.Returned();
        _view.TakeSnapshot(Set(X, Nas), Meta("e1"), "r1", Owners(("a", 30, "r1")));
        _clock.Advance(TimeSpan.FromHours(1));
        _view.TakeOwners(Owners(("a", 30, "r1")));
    }

    [Fact]
    public void The_same_redis_is_believed_at_once()
    {
        _view.Returned();
        _view.TakeSnapshot(Set(Nas), Meta("e1"), "r1", Owners(("a", 30, "r1")));
        Names().Should().Equal("nas");
    }

    [Fact]
    public void A_restarted_redis_with_old_data_is_not_believed_before_the_owner_confirmed()
    {
        _view.Returned();
        _view.TakeSnapshot(Set(Nas), Meta("e1"), "r2", Owners(("a", 30, "r1"))).Should().BeNull("nothing changes for readers");
        Names().Should().Equal("nas", "x");
        _view.TakeSteps([RecordChange.Put(X with { Ttl = 1 })], 12);
        _view.Current.Records[X.Key].Ttl.Should().Be(10, "what is held is not touched yet");
        _view.TakeOwners(Owners(("a", 30, "r2")));
        _view.Current.Records[X.Key].Ttl.Should().Be(1);
    }

    [Fact]
    public void A_restarted_redis_with_old_data_is_believed_after_the_grace()
    {
        _view.Returned();
        _view.TakeSnapshot(Set(Nas), Meta("e1"), "r2", Owners(("a", 30, "r1")));
        _clock.Advance(TimeSpan.FromSeconds(16));
        _view.TakeOwners(Owners(("a", 30, "r1")));
        Names().Should().Equal("nas");
    }

    [Fact]
    public void An_empty_redis_takes_nothing_away_until_the_owner_is_long_dead()
    {
        _view.Returned();
        _view.TakeSnapshot(Set(), RedisMeta.None, "r2", Owners());
        Names().Should().Equal("nas", "x");
        _view.Current.IsAlive("a").Should().BeTrue();
        _view.LostStaticNames.Should().Equal(Nas);
        _view.Origin.Should().Be(new SnapshotOrigin("e1", "r1"), "a restart of the reader must remember it too");

        _clock.Advance(TimeSpan.FromSeconds(16));
        _view.TakeOwners(Owners());
        _view.Current.IsAlive("a").Should().BeFalse();
        Names().Should().Equal("nas", "x");

        _clock.Advance(TimeSpan.FromDays(8));
        _view.TakeOwners(Owners());
        Names().Should().Equal("nas");
    }

    [Fact]
    public void Static_names_end_when_they_were_restored()
    {
        _view.Returned();
        var other = Record(WellKnownOwners.Static, "printer", "10.0.0.8");
        _view.TakeSnapshot(Set(other), Meta("e2"), "r2", Owners(("a", 30, "r2")));
        Names().Should().Equal("nas", "printer");
        _view.TakeOwners(Owners(("a", 30, "r2")) with { Restored = true });
        Names().Should().Equal("printer");
        _view.Origin.Should().Be(new SnapshotOrigin("e2", "r2"));
    }

    [Fact]
    public void Leases_that_ran_out_meanwhile_count_after_the_grace()
    {
        _view.Returned();
        _view.TakeSnapshot(Set(X, Nas), Meta("e1"), "r1", Owners(("a", -60, "r1"))).Should().BeNull();
        _clock.Advance(TimeSpan.FromSeconds(16));
        _view.TakeOwners(Owners(("a", -76, "r1")))!.OwnersChanged.Should().BeTrue();
        _view.Current.IsAlive("a").Should().BeFalse();
        Names().Should().Equal("nas", "x");
    }

    [Fact]
    public void A_snapshot_reaches_followers_as_the_difference()
    {
        var added = Record("a", "y", "10.0.0.2");
        var update = _view.TakeSnapshot(Set(X, added), Meta("e1"), "r1", Owners(("a", 30, "r1")))!;
        update.Changes.Should().BeEquivalentTo([RecordChange.Remove(Nas.Key), RecordChange.Put(added)]);
    }

    private IEnumerable<string> Names() => _view.Current.Records.Keys.Select(key => key.Name).Order();

    private static ImmutableDictionary<RecordKey, NameRecord> Set(params NameRecord[] records) => records.ToImmutableDictionary(record => record.Key);

    private static RedisMeta Meta(string epoch) => new(epoch, 10, "tip", 0, false);

    private OwnerReply Owners(params (string Owner, int SecondsLeft, string Run)[] owners) => new(
        _clock.GetUtcNow(),
        owners.ToDictionary(owner => owner.Owner, owner => _clock.GetUtcNow().AddSeconds(owner.SecondsLeft)),
        owners.ToDictionary(owner => owner.Owner, owner => owner.Run),
        Epoch: "",
        Restored: false,
        Renewals: new Dictionary<string, OwnerReply.Renewal>(),
        Run: "");
}
