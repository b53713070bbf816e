using System.Diagnostics;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Net.Stub;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Two agents with one id on one Redis: the second one is refused and told, and a restart of the first one is not.</summary>
[Trait("Category", "Slow")]
public sealed class RedisTwinTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 120_000;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly TemporaryDirectory _one = new();
    private readonly TemporaryDirectory _other = new();
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly CollectedLog<RedisRegistry> _log = new();
    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            await opened.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task The_second_machine_is_refused_whatever_it_writes_and_the_first_ones_names_stay()
    {
        var (first, second) = (await HoldAsync(_one, "first"), Open(_other));
        var message = (await RefusedAsync(() => second.ReplaceAsync("a", [Record("a", "second", "10.0.0.2")]))).Message;
        message.Should().Contain(Environment.MachineName).And.Contain("--agent-id").And.Contain(_other.Path).And.Contain("several-machines.md");
        await RefusedAsync(() => second.ApplyAsync("a", [RecordChange.Put(Record("a", "second", "10.0.0.2"))]));
        await RefusedAsync(() => second.RenewLeaseAsync("a", Lease));
        Names().Should().Equal("first@a");

        await first.ApplyAsync("a", [RecordChange.Put(Record("a", "more", "10.0.0.1"))]);
        await second.ReplaceAsync("b", [Record("b", "own", "10.0.0.2")]);
        await second.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "10.0.0.3"))]);
        Names().Should().BeEquivalentTo("first@a", "more@a", "own@b", "nas@static");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_restart_and_a_crash_are_not_refused_and_the_process_of_a_clone_that_ran_before_is()
    {
        var before = await HoldAsync(_one, "before");
        var again = await HoldAsync(_one, "again");
        Names().Should().Equal("again@a");
        await RefusedAsync(() => before.RenewLeaseAsync("a", Lease));
        await RefusedAsync(() => before.ReplaceAsync("a", [Record("a", "before", "10.0.0.1")]));
        await again.RenewLeaseAsync("a", Lease);
        Names().Should().Equal("again@a");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Neither_is_a_restart_after_redis_lost_everything_nor_a_connection_of_the_same_process()
    {
        var first = await HoldAsync(_one, "first");
        await _redis.KillAsync();
        await _redis.StartAsync();
        await Deadline.UntilAsync(() => Names() is ["first@a"], "put back");
        await first.RenewLeaseAsync("a", Lease);
        await HoldAsync(_one, "again");
        Names().Should().Equal("again@a");
    }

    /// <summary>A Redis without an append-only file comes back as it was minutes ago, and so does a replica with the file of its first sync.</summary>
    [Fact(Timeout = TestTimeout)]
    public async Task Neither_is_a_living_process_when_redis_comes_back_older_than_its_start_and_a_second_machine_still_is()
    {
        await (await HoldAsync(_one, "before")).DisposeAsync();
        _redis.Cli("SAVE").Should().Contain("OK");
        var first = await HoldAsync(_one, "first");
        var second = Open(_other);
        await RefusedAsync(() => second.RenewLeaseAsync("a", Lease));

        await _redis.KillAsync();
        await _redis.StartAsync();

        await Deadline.UntilAsync(() => Names() is ["first@a"], "put back");
        await first.RenewLeaseAsync("a", Lease);
        await RefusedAsync(() => second.RenewLeaseAsync("a", Lease));
        await RefusedAsync(() => second.ReplaceAsync("a", [Record("a", "second", "10.0.0.2")]));
        Names().Should().Equal("first@a");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_holder_that_is_silent_for_its_lease_is_followed_by_the_other_whose_names_are_put_then()
    {
        var lease = TimeSpan.FromSeconds(2);
        var first = await HoldAsync(_one, "first", lease);
        var second = Open(_other);
        var watch = Stopwatch.StartNew();
        await RefusedAsync(() => second.ReplaceAsync("a", [Record("a", "second", "10.0.0.2")]));
        while (watch.Elapsed < 2 * lease)
        {
            await first.RenewLeaseAsync("a", lease);
            await RefusedAsync(() => second.RenewLeaseAsync("a", lease));
        }

        await first.DisposeAsync();
        watch.Restart();
        await Deadline.UntilAsync(() => TakesAsync(second, lease).GetAwaiter().GetResult(), "the holder is gone");
        watch.Elapsed.Should().BeGreaterThan(lease / 2);
        Names().Should().Equal("second@a");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Readers_of_a_refused_machine_go_on_over_a_new_connection()
    {
        await HoldAsync(_one, "first");
        var second = Open(_other);
        await RefusedAsync(() => second.RenewLeaseAsync("a", Lease));
        await RefusedAsync(() => second.ReplaceAsync("a", [Record("a", "second", "10.0.0.2")]));
        _redis.Cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await Open(_other).ReplaceAsync("b", [Record("b", "later", "10.0.0.9")]);
        (await second.FollowUntilAsync(s => s.Records.Count == 2)).Records.Keys.Should().Contain(new RecordKey("a", "first"));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task The_doctor_names_both_and_the_agent_says_it_once()
    {
        await HoldAsync(_one, "first");
        (await ExamineAsync()).Should().NotContain(finding => finding.Message.ToString().Contains("agent id", StringComparison.Ordinal));

        var (log, status) = (new CollectedLog<Reconciler>(), new AgentStatusSource());
        using var stopping = new CancellationTokenSource();
        var second = Open(_other);
        var options = new ReconcilerOptions { AgentId = "a", Lease = Lease };
        var keeping = Enumerable.Range(0, 2).Select(_ => new LeaseKeeper(second, options, TimeProvider.System, status, log).RunAsync(stopping.Token)).ToArray();
        await Deadline.UntilAsync(() => !log.Messages.IsEmpty, "the agent says it");
        status.Current.RegistryProblem.Should().NotBeNull();
        log.Messages.Should().ContainSingle().Which.Should().Contain("Two machines use the agent id 'a'").And.Contain("--agent-id");

        var finding = (await ExamineAsync()).Should().ContainSingle(found => found.Message.ToString().Contains("agent id 'a'", StringComparison.Ordinal)).Subject;
        finding.Severity.Should().Be(Severity.Problem);
        System.Text.RegularExpressions.Regex.Count(finding.Message.ToString(), System.Text.RegularExpressions.Regex.Escape(Environment.MachineName)).Should().BeGreaterThanOrEqualTo(2);
        await stopping.CancelAsync();
        await Task.WhenAll(keeping).ContinueWith(_ => { }, TaskScheduler.Default);
        log.Messages.Should().ContainSingle();
    }

    private static async Task<RegistryUnavailableException> RefusedAsync(Func<Task> write)
    {
        var refusal = (await write.Should().ThrowAsync<RegistryUnavailableException>()).Which;
        refusal.HeldByAnother.Should().BeTrue(refusal.Message);
        return refusal;
    }

    private static async Task<bool> TakesAsync(RedisRegistry registry, TimeSpan lease)
    {
        try
        {
            await registry.RenewLeaseAsync("a", lease);
            return true;
        }
        catch (RegistryUnavailableException exception) when (exception.HeldByAnother)
        {
            return false;
        }
    }

    private async Task<RedisRegistry> HoldAsync(TemporaryDirectory directory, string name, TimeSpan? lease = null)
    {
        var registry = Open(directory);
        await registry.ReplaceAsync("a", [Record("a", name, "10.0.0.1")]);
        await registry.RenewLeaseAsync("a", lease ?? Lease);
        return registry;
    }

    private string[] Names() => _redis.Cli("--raw", "HKEYS", "{homecloud}:names").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<IReadOnlyList<Finding>> ExamineAsync()
    {
        using var engine = new EngineClient(new DockerOptions { Host = "unix:///nowhere.sock" });
        var options = new DoctorOptions { Registry = new RegistryOptions { Redis = _redis.Address } };
        var patient = new Patient(options, engine, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(TimeProvider.System));
        return await new RedisCheck().ExamineAsync(patient, CancellationToken.None);
    }

    private RedisRegistry Open(TemporaryDirectory directory)
    {
        var registry = new RedisRegistry(
            new RegistryOptions
            {
                DataDirectory = directory.Path,
                FileName = $"names.{_opened.Count}.json",
                Redis = _redis.Address,
                RedisTimeout = TimeSpan.FromSeconds(5),
                RedisPollInterval = TimeSpan.FromMilliseconds(100),
            },
            _log);
        _opened.Add(registry);
        return registry;
    }
}
