using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;
using HomeCloud.Tests.Registry;
using HomeCloud.Tests.Registry.Redis;

namespace HomeCloud.Tests.Agent.Hosting;

/// <summary>DNS servers apart from the agent, as compose.redis.yaml has them: the page shows what they keep.</summary>
[Trait("Category", "Slow")]
public sealed class DnsApartProcessTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dns-apart-");
    private readonly IPEndPoint _one = new(IPAddress.Parse("127.0.0.2"), FreePort.Find());
    private readonly IPEndPoint _two = new(IPAddress.Parse("127.0.0.3"), FreePort.Find());

    public void Dispose() => _directory.Delete(recursive: true);

    private string SocketPath => Path.Combine(_directory.FullName, "agent.sock");

    [Fact(Timeout = Limit)]
    public async Task The_page_shows_all_of_them_each_at_its_level_and_no_restart_loses_a_query()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes");
        using var client = OverSocket();
        async Task<JsonElement> ReadAsync(string path) => await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/" + path);
        async Task<string[]> QueriesAsync(string search) =>
            [.. (await ReadAsync("queries?limit=1000" + search)).EnumerateArray().Select(query => $"{query.GetProperty("name").GetString()} {query.GetProperty("client").GetString()} {(query.TryGetProperty("server", out var server) ? server.GetString() : "?")}")];

        string[] kept;
        using (var agent = StartAgent(redis))
        using (var one = StartDns(redis, _one, "full"))
        using (var two = StartDns(redis, _two, "anonymous"))
        {
            for (var i = 0; i < 3; i++)
                await one.AskAsync(_one, QueryBytes.Of("check.home", RecordType.A));
            await two.AskAsync(_two, QueryBytes.Of("nosuch.home", RecordType.Aaaa));
            await Deadline.UntilAsync(() => UnixSocket.IsAlive(SocketPath), "the agent is there");
            await Deadline.UntilAsync(
                async () => (await client.GetAsync("/api/v1/dns/figures?range=day")) is { StatusCode: HttpStatusCode.OK } answer
                    && (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("servers").GetArrayLength() == 2,
                "both answer");

            kept = await QueriesAsync("");
            kept.Should().Contain("check.home. 127.0.0.1 127.0.0.2").And.Contain("nosuch.home. - 127.0.0.3", "that one keeps no clients");
            kept.Count(query => query.StartsWith("check", StringComparison.Ordinal)).Should().BeGreaterThanOrEqualTo(3);
            (await QueriesAsync("&server=127.0.0.3")).Should().OnlyContain(query => query.EndsWith(" 127.0.0.3")).And.NotBeEmpty();
            (await QueriesAsync("&filter=NOSUCH&answer=NXDOMAIN")).Should().OnlyContain(query => query.StartsWith("nosuch.home. ")).And.NotBeEmpty();

            JsonElement figures = default;
            await Deadline.UntilAsync(async () => (figures = await ReadAsync("figures?range=hour")).GetProperty("queries").GetInt64() == kept.Length, "each query is in the figures");
            figures.GetProperty("servers").EnumerateArray().Sum(server => server.GetProperty("queries").GetInt64()).Should().Be(kept.Length);
            (await ReadAsync("figures?range=hour&server=127.0.0.3")).GetProperty("queries").GetInt64().Should().BeLessThan(kept.Length);
            (await ReadAsync("statistics")).GetProperty("upstreams").EnumerateArray().Select(upstream => upstream.GetProperty("server").GetString()).Should().Equal("127.0.0.2", "127.0.0.3");
            var top = await ReadAsync("top?range=day");
            top.GetProperty("names").EnumerateArray().Select(name => name.GetProperty("name").GetString()).Should().Contain(["check.home.", "nosuch.home."]);
            top.GetProperty("clients").EnumerateArray().Select(name => name.GetProperty("name").GetString()).Should().Equal("127.0.0.1");
            redis.Cli("--scan").Should().NotContain("journal", "queries are not kept there");

            (await two.TerminateAsync()).ExitCode.Should().Be(0);
            figures = await ReadAsync("figures?range=hour");
            figures.GetProperty("servers").EnumerateArray().Select(server => server.TryGetProperty("problem", out var problem) ? problem.GetString() : null).Should().Equal(null, "it does not answer");
            (await one.TerminateAsync()).ExitCode.Should().Be(0);
            (await agent.TerminateAsync()).ExitCode.Should().Be(0);
        }

        await redis.KillAsync();
        await redis.StartAsync();
        File.Delete(SocketPath);
        using var again = StartAgent(redis);
        using var oneAgain = StartDns(redis, _one, "full");
        using var twoAgain = StartDns(redis, _two, "anonymous");
        await Deadline.UntilAsync(() => UnixSocket.IsAlive(SocketPath), "the agent is there again");
        string[] found = [];
        // While one alone has answered, its queries name no server.
        await Deadline.UntilAsync(async () => (found = await QueriesAsync("")).Length == kept.Length, "both are back with all that they kept");
        found.Should().Equal(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_Redis_nobody_could_look_and_nothing_is_kept()
    {
        using var dns = ProgramProcess.Start("--listen", _one.ToString(), "--data-dir", Data("alone"), "--upstream", "127.0.0.1:9");
        await dns.AskAsync(_one, QueryBytes.Of("check.home", RecordType.A));
        (await dns.TerminateAsync()).ExitCode.Should().Be(0);

        Directory.Exists(Path.Combine(Data("alone"), "dns")).Should().BeFalse();
    }

    private ProgramProcess StartDns(RedisServer redis, IPEndPoint at, string level) => ProgramProcess.Start(
        "--redis", redis.Address, "--listen", at.ToString(), "--data-dir", Data(at.Address.ToString()), "--dns-history", level, "--upstream", "127.0.0.1:9");

    private ProgramProcess StartAgent(RedisServer redis) => ProgramProcess.StartProgram(
        Path.Combine(AppContext.BaseDirectory, "homecloud-agent"),
        "--redis", redis.Address, "--data-dir", Data("agent"), "--docker-host", "unix:///no/such/engine.sock", "--control-socket", SocketPath, "--web", "off");

    private string Data(string of) => Path.Combine(_directory.FullName, of);

    private HttpClient OverSocket() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost") };
}
