using System.Net;
using HomeCloud.Agent.Hosting;
using HomeCloud.Agent.Lan;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Stub;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web.Doh;

public sealed class ReverseLookupTests : ILanReader, IStubClient, IAsyncLifetime
{
    private readonly ScriptedServer _router = new();
    private readonly StubClient _stub = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _router.DisposeAsync().AsTask();

    [Theory(Timeout = 60_000)]
    [InlineData("192.168.1.60", "airplay", 0)]
    [InlineData("192.168.1.77", "tablet.lan", 1)]
    [InlineData("192.168.1.78", "phone", 1)]
    [InlineData("192.168.1.79", null, 1)]
    [InlineData("fd00::77", null, 1)]
    [InlineData("192.168.2.77", null, 0)]
    public async Task A_device_has_the_name_of_a_hosts_file_or_the_one_its_router_gave_it(string address, string? name, int asked)
    {
        _router.When("77.1.168.192.in-addr.arpa.", RecordType.Ptr, reply => reply.Answers.Add("@ 300 PTR Tablet.lan."))
            .When("78.1.168.192.in-addr.arpa.", RecordType.Ptr, reply => reply.Answers.Add("@ 300 PTR phone.home."))
            .When("*", null, reply => reply.Code = ResponseCode.NameError);
        await using var home = await DohHome.StartAsync();
        var lookup = new ReverseLookup(home.Services.GetRequiredService<QueryPipeline>(), home.Services.GetRequiredService<ServingClock>(), new ZoneOptions(), this, this);

        (await lookup.FindAsync(IPAddress.Parse(address), CancellationToken.None)).Should().Be(name);

        _router.Seen.Should().HaveCount(asked);
        home.Upstream.Seen.Should().BeEmpty("no question about the home leaves it");
        (File.Exists(home.QueryLogPath) ? await File.ReadAllTextAsync(home.QueryLogPath) : "").Should().NotContain("in-addr.arpa", "no device asked");
    }

    IReadOnlyList<LanInterface> ILanReader.Interfaces() => [new("lo", LanInterfaceKind.Loopback, true, true, null, [(IPAddress.Loopback, 8), (IPAddress.Parse("192.168.1.2"), 24)])];

    (IPAddress Gateway, string Interface)? ILanReader.DefaultRoute() => (IPAddress.Loopback, "lo");

    // The router's port 53 is another one here.
    Task<StubReply?> IStubClient.AskAsync(IPEndPoint server, string name, RecordType type, CancellationToken cancellationToken) =>
        _stub.AskAsync(server.Equals(new IPEndPoint(IPAddress.Loopback, StubClient.DnsPort)) ? _router.EndPoint : server, name, type, cancellationToken);

    Task<StubReply?> IStubClient.AskUncheckedAsync(IPEndPoint server, string name, RecordType type, CancellationToken cancellationToken) => throw new NotSupportedException();
}
