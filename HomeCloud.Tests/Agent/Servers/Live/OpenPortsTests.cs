using System.Collections.Immutable;
using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;

namespace HomeCloud.Tests.Agent.Servers.Live;

public sealed class OpenPortsTests : IPortProbe
{
    private static readonly ContainerFacts Web = new()
    {
        Id = "8a1f0c9d2b7e",
        Name = "web",
        Image = "busybox",
        Life = ContainerLife.Running,
        StartedAt = DateTimeOffset.UnixEpoch,
        Ports = [22, 80],
        Endpoints = [new EndpointFacts("lan", "", [IPAddress.Parse("192.168.1.20")], []) { Mac = "" }],
        Lan = new LanPlace([IPAddress.Parse("192.168.1.20")], "lan", null),
    };

    private readonly OpenPorts _ports;
    private PortAnswer _answer;
    private Action _onTheWay = () => { };
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

        _ports.KeepOnly(ImmutableDictionary<string, ContainerFacts>.Empty.Add(Web.Id, Web));
        _ports.IsOpen(Web.Id, 22).Should().BeTrue();
        _ports.KeepOnly(ImmutableDictionary<string, ContainerFacts>.Empty);
        _ports.IsOpen(Web.Id, 22).Should().BeNull();
    }

    [Fact]
    public async Task An_answer_to_who_asked_before_a_restart_changes_nothing()
    {
        await TryAsync();
        var current = true;
        _answer = PortAnswer.Silent;
        _onTheWay = () => current = false;

        await TryAsync(() => current);

        _ports.IsOpen(Web.Id, 22).Should().BeTrue();
        _news.Should().Be(1);
    }

    Task<PortAnswer> IPortProbe.TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken)
    {
        _onTheWay();
        return Task.FromResult(_answer);
    }

    // Ends after one round: the container has stopped when its ports have been tried.
    private Task TryAsync()
    {
        var tried = 0;
        return TryAsync(() => tried++ <= Web.Ports.Length);
    }

    private Task TryAsync(Func<bool> isCurrent) => _ports.TryAsync(
        Web,
        isCurrent,
        () =>
        {
            _news++;
            return Task.CompletedTask;
        });
}
