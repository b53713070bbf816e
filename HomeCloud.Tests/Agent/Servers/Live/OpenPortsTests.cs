using System.Collections.Immutable;
using System.Net;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Probes;

namespace HomeCloud.Tests.Agent.Servers.Live;

public sealed class OpenPortsTests : IPortProbe
{
    private static readonly EngineContainer Web = new()
    {
        Id = "8a1f0c9d2b7e",
        Name = "web",
        Image = "busybox",
        State = "running",
        StartedAt = DateTimeOffset.UnixEpoch,
        Ports = [22, 80],
        Attachments = [new EngineAttachment("lan", [IPAddress.Parse("192.168.1.20")], string.Empty)],
    };

    private readonly OpenPorts _ports;
    private PortAnswer _answer;
    private int _news;

    public OpenPortsTests() => _ports = new OpenPorts(this, TimeProvider.System);

    [Theory]
    [InlineData(PortAnswer.Open, true, 1)]
    [InlineData(PortAnswer.Refused, false, 1)]
    [InlineData(PortAnswer.Silent, null, 0)]
    public async Task What_a_port_answers_is_known_and_told_once(PortAnswer answer, bool? open, int news)
    {
        _answer = answer;

        await TryAsync();

        _ports.IsOpen(Web.Id, 80).Should().Be(open);
        _news.Should().Be(news);
    }

    [Fact]
    public async Task A_container_that_is_gone_is_forgotten()
    {
        await TryAsync();

        _ports.KeepOnly(ImmutableDictionary<string, EngineContainer>.Empty.Add(Web.Id, Web));
        _ports.IsOpen(Web.Id, 22).Should().BeTrue();
        _ports.KeepOnly(ImmutableDictionary<string, EngineContainer>.Empty);
        _ports.IsOpen(Web.Id, 22).Should().BeNull();
    }

    Task<PortAnswer> IPortProbe.TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken) => Task.FromResult(_answer);

    // Ends after one round: the container has stopped meanwhile.
    private Task TryAsync() => _ports.TryAsync(
        Web,
        () => false,
        () =>
        {
            _news++;
            return Task.CompletedTask;
        });
}
