using System.Text.Json;
using HomeCloud.Dns.Telemetry.Otlp;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;

namespace HomeCloud.Tests.Dns.Telemetry.Otlp;

public sealed class OtlpExportTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _data = Directory.CreateTempSubdirectory("homecloud-otlp-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("http://192.168.1.10:4318", "http://192.168.1.10:4318/v1/metrics")]
    [InlineData("https://collector.example/", "https://collector.example/v1/metrics")]
    [InlineData("https://collector.example/mine/v1/metrics", "https://collector.example/mine/v1/metrics")]
    public void The_path_of_otlp_is_added_unless_there_is_one(string collector, string expected) =>
        OtlpExport.MetricsPath(new Uri(collector)).ToString().Should().Be(expected);

    [Fact(Timeout = 120_000)]
    [Trait("Category", "Slow")]
    public async Task A_collector_gets_our_metrics_and_without_one_the_library_is_not_even_loaded()
    {
        var listen = ProgramProcess.FreeEndPoint();
        using var collector = new OtlpCollector(ProgramProcess.FreeEndPoint().Port);
        using (var server = ProgramProcess.Start("--listen", listen.ToString(), "--upstream", "127.0.0.1:1", "--data-dir", _data, "--otlp", collector.Address.ToString(), "--otlp-interval", "1"))
        {
            for (var i = 0; i < 10; i++)
                await server.AskAsync(listen, ScriptedQueries.Query("home.", RecordType.Soa));

            (await Poll.UntilAsync(() => collector.Values.GetValueOrDefault("homecloud.dns.queries") >= 10, Patience))
                .Should().BeTrue(string.Join(", ", collector.Values.Select(pair => $"{pair.Key} {pair.Value}").Concat(collector.Refused)));
            collector.Values["homecloud.dns.answers"].Should().BeGreaterThanOrEqualTo(10);
            collector.Values["homecloud.dns.questions"].Should().BeGreaterThanOrEqualTo(10);
            collector.Values.Keys.Should().Contain(name => name.StartsWith("dotnet.", StringComparison.Ordinal));
            collector.Resource["service.name"].Should().Be("homecloud");
            Loaded(server).Should().BeTrue();

            // The last seconds count too: what was asked just before the stop is sent at the stop.
            await server.AskAsync(listen, ScriptedQueries.Query("home.", RecordType.Soa));
            (await server.TerminateAsync()).ExitCode.Should().Be(0);
            collector.Values["homecloud.dns.queries"].Should().BeGreaterThanOrEqualTo(11);
        }

        using var without = ProgramProcess.Start("--listen", listen.ToString(), "--upstream", "127.0.0.1:1", "--data-dir", _data, "--log-format", "json");
        await without.AskAsync(listen, ScriptedQueries.Query("home.", RecordType.Soa));
        Loaded(without).Should().BeFalse();
        var (_, _, log) = await without.TerminateAsync();
        log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().NotBeEmpty()
            .And.OnlyContain(line => JsonDocument.Parse(line, default).RootElement.GetProperty("LogLevel").GetString() != "", "--log-format json writes an object a line");
    }

    private static bool Loaded(ProgramProcess server) => File.ReadAllText($"/proc/{server.Id}/maps").Contains("OpenTelemetry", StringComparison.Ordinal);
}
