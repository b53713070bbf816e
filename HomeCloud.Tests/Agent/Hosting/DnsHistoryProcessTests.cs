using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;

namespace HomeCloud.Tests.Agent.Hosting;

/// <summary>The program itself: what was asked before a restart is there after it.</summary>
[Trait("Category", "Slow")]
public sealed class DnsHistoryProcessTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "homecloud-agent");
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dns-history-");
    private readonly IPEndPoint _endPoint = ProgramProcess.FreeEndPoint();

    public void Dispose() => _directory.Delete(recursive: true);

    private string SocketPath => Path.Combine(_directory.FullName, "agent.sock");

    [Fact(Timeout = Limit)]
    public async Task A_restart_loses_no_query_and_no_figure()
    {
        using (var agent = ProgramProcess.StartProgram(Program, Options()))
        {
            for (var i = 0; i < 5; i++)
                await agent.AskAsync(_endPoint, QueryBytes.Of("check.home", RecordType.A));
            var (exitCode, _, output) = await agent.TerminateAsync();
            exitCode.Should().Be(0, output);
        }

        using var again = ProgramProcess.StartProgram(Program, Options());
        await again.AskAsync(_endPoint, QueryBytes.Of("nosuch.home", RecordType.Aaaa));
        using var client = OverSocket();
        // DNS answers before the socket is there.
        (await Poll.UntilAsync(() => File.Exists(SocketPath), Patience)).Should().BeTrue();
        var queries = default(JsonElement);
        (await Poll.UntilAsync(
            () =>
            {
                queries = client.GetFromJsonAsync<JsonElement>("/api/v1/dns/queries?limit=1000").GetAwaiter().GetResult();
                return queries.EnumerateArray().Any(query => query.GetProperty("name").GetString() == "nosuch.home.");
            },
            Patience)).Should().BeTrue();

        var all = queries.EnumerateArray().ToList();
        all.Count(query => query.GetProperty("name").GetString() == "check.home." && query.GetProperty("source").GetString() == "our zones").Should().BeGreaterThanOrEqualTo(5, queries.ToString());
        all.Should().AllSatisfy(query => query.GetProperty("client").GetString().Should().Be("127.0.0.1"));
        var found = await client.GetFromJsonAsync<JsonElement>("/api/v1/dns/queries?filter=NOSUCH&answer=nxdomain&client=127.0.0.1");
        found.EnumerateArray().Select(query => query.GetProperty("type").GetString()).Distinct().Should().Equal("AAAA");

        var figures = default(JsonElement);
        (await Poll.UntilAsync(
            () =>
            {
                figures = client.GetFromJsonAsync<JsonElement>("/api/v1/dns/figures?range=day").GetAwaiter().GetResult();
                return figures.GetProperty("queries").GetInt64() == all.Count;
            },
            Patience)).Should().BeTrue("each query is in the figures, but there is {0} for {1}", figures, all.Count);
        (figures.GetProperty("local").GetInt64() + figures.GetProperty("failed").GetInt64()).Should().Be(all.Count);
        (await again.TerminateAsync()).ExitCode.Should().Be(0);
    }

    private string[] Options() =>
        ["--listen", _endPoint.ToString(), "--data-dir", Path.Combine(_directory.FullName, "data"), "--docker-host", "unix:///no/such/engine.sock", "--control-socket", SocketPath, "--web", "off", "--upstream", "127.0.0.1:9"];

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
