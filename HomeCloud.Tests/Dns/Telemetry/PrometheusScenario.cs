using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Dns.Telemetry;

/// <summary>A real Prometheus (Debian's) scrapes a real server; every query of the Grafana dashboard then has data.</summary>
[Trait("Category", "Lab")]
public sealed partial class PrometheusScenario : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-prometheus-").FullName;
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Fact(Timeout = 300_000)]
    public async Task Every_query_of_the_dashboard_returns_data()
    {
        var (dns, metrics, prometheus) = (FreePort.Find(), FreePort.Find(), FreePort.Find());
        var hosts = Path.Combine(_folder, "hosts");
        await File.WriteAllTextAsync(hosts, "192.168.1.20 nas.home\n");
        using var upstream = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var upstreamAnswers = AnswerAllAsync(upstream);
        Run(Executables.Dns, "--listen", $"127.0.0.1:{dns}", "--metrics", $"127.0.0.1:{metrics}", "--hosts-file", hosts, "--data-dir", _folder, "--upstream", $"127.0.0.1:{((IPEndPoint)upstream.Client.LocalEndPoint!).Port}");
        await UntilAsync(async () => (await _http.GetAsync(new Uri($"http://127.0.0.1:{metrics}/health/ready"))).IsSuccessStatusCode, "the server is ready");

        // As shipped, but for the addresses and the pace.
        var configuration = (await File.ReadAllTextAsync(Path.Combine(Documents.Root(), "install", "grafana", "prometheus.yml")))
            .Replace("\"dns.home:9153\", \"cloud.home:9153\"", $"\"127.0.0.1:{metrics}\"", StringComparison.Ordinal)
            .Replace("15s", "1s", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), configuration);
        Run("prometheus", $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data", $"--web.listen-address=127.0.0.1:{prometheus}");

        using var client = new UdpClient();
        client.Connect(IPAddress.Loopback, dns);
        var queries = DashboardQueries();
        queries.Should().HaveCountGreaterThan(10);
        foreach (var query in queries)
        {
            await UntilAsync(
                async () =>
                {
                    await AskAsync(client);
                    return await HasDataAsync(prometheus, query);
                },
                $"this has data: {query}");
        }

        upstream.Close();
        await upstreamAnswers;
    }

    public async Task InitializeAsync() =>
        await DebianPackages.EnsureAsync([("prometheus", "prometheus")], SilentProgress.Instance, CancellationToken.None);

    public Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [GeneratedRegex("\\$__rate_interval")]
    private static partial Regex RateInterval();

    private static List<string> DashboardQueries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Documents.Root(), "install", "grafana", "homecloud.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!)
                .Select(text => RateInterval().Replace(text, "30s").Replace("$job", ".*", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal)),
        ];
    }

    private async Task<bool> HasDataAsync(int prometheus, string query)
    {
        try
        {
            using var answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{prometheus}/api/v1/query?query={Uri.EscapeDataString(query)}")));
            return answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Any(series => series.GetProperty("value")[1].GetString() is not ("NaN" or null));
        }
        catch (HttpRequestException)
        {
            // Prometheus is still starting.
            return false;
        }
    }

    private static async Task AskAsync(UdpClient client)
    {
        foreach (var (name, type) in new[] { ("nas.home.", RecordType.A), ("nobody.home.", RecordType.Aaaa), ("www.example.org.", RecordType.A) })
            await client.SendAsync(ScriptedQueries.Query(name, type));
        await client.SendAsync(new byte[] { 1, 2, 3 });
    }

    private static async Task AnswerAllAsync(UdpClient upstream)
    {
        try
        {
            while (true)
            {
                var query = await upstream.ReceiveAsync();
                (query.Buffer[2], query.Buffer[3]) = (0x81, 0x83);
                await upstream.SendAsync(query.Buffer, query.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed: the scenario is over.
        }
    }

    private void Run(string program, params string[] arguments)
    {
        var log = Path.Combine(_folder, Path.GetFileName(program) + ".log");
        _processes.Add(Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", log, program, .. arguments]))!);
    }

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        async Task<bool> Quietly()
        {
            try
            {
                return await condition();
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        if (!await Poll.UntilAsync(Quietly, Patience))
            Assert.Fail($"not in time: {what}\n{string.Join('\n', Directory.EnumerateFiles(_folder, "*.log").Select(File.ReadAllText))}");
    }
}
