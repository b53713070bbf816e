using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Lab.Processes;
using HomeCloud.Registry;
using HomeCloud.Tests.Agent.Servers.Making;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Live;

public sealed class ServerDirectoryTests : IDisposable
{
    private const string Id = "8a1f0c9d2b7e00000000000000000000";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly MakerFixture _fixture = new();
    private int _listings;

    [Fact]
    public async Task What_changes_in_the_registry_alone_is_shown_without_asking_the_engine_again()
    {
        await _fixture.Registry.ReplaceAsync("agent", [new NameRecord
        {
            Name = "web",
            Owner = "agent",
            Explanation = "it is on no LAN",
            Attributes = NameRecord.NoAttributes.Add(RecordAttributes.ContainerId, Id[..12]).Add(RecordAttributes.Container, "web"),
        }]);
        _fixture.Engine.Add(new ContainerFacts { Id = Id, Name = "web", Image = "busybox", Life = ContainerLife.Running, StartedAt = DateTimeOffset.UnixEpoch });
        _fixture.Engine.OnTheWay = () =>
        {
            Interlocked.Increment(ref _listings);
            return Task.CompletedTask;
        };
        using var directory = new ServerDirectory(
            _fixture.Engine, new OpenPorts(_fixture, TimeProvider.System), new LastWords(_fixture.Engine, TimeProvider.System), _fixture.Book, _fixture.History, new Feed(), _fixture.Options, _fixture.Registry, TimeProvider.System, NullLogger<ServerDirectory>.Instance);
        await directory.StartAsync(CancellationToken.None);
        (await Poll.UntilAsync(() => directory.Servers.GetValueOrDefault("web")?.Explanation == "it is on no LAN", Limit)).Should().BeTrue();
        var listed = Volatile.Read(ref _listings);

        _fixture.Registry.ForgetAll();

        (await Poll.UntilAsync(() => directory.Servers["web"].Explanation != "it is on no LAN", Limit)).Should().BeTrue();
        _listings.Should().Be(listed);
        await directory.StopAsync(CancellationToken.None);
    }

    public void Dispose() => _fixture.Dispose();
}
