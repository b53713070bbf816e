using System.Net;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Dns.Hosting;
using HomeCloud.Tests.Registry;
using HomeCloud.Tests.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Install;

/// <summary>
/// The DNS server as one native program: what the compiler cannot promise, because libraries look for code by name at run
/// time, is tried here. Compiles for minutes.
/// </summary>
[Trait("Category", "Long")]
public sealed class NativeProgramScenario : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 1_500_000)]
    public async Task Follows_Redis_speaks_TLS_and_shows_its_metrics()
    {
        var folder = Path.Combine(_directory.Path, "published");
        var here = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        await Publishing.RunAsync(here, folder, "Dns");
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Should().Equal("homecloud-dns");

        await using var redis = await RedisServer.StartAsync();
        await using var agent = new RedisRegistry(
            new RegistryOptions { DataDirectory = _directory.Path, FileName = "agent", Redis = redis.Address, RedisTimeout = TimeSpan.FromSeconds(5) },
            NullLogger<RedisRegistry>.Instance);
        await Deadline.UntilAsync(() => agent.Health.Connected, "connected");
        await agent.ReplaceAsync("a", [Records.Record("a", "airplay", "10.0.0.7")]);

        var (plain, tls, metrics) = (ProgramProcess.FreeEndPoint(), ProgramProcess.FreeEndPoint(), ProgramProcess.FreeEndPoint());
        using var server = ProgramProcess.StartProgram(
            Path.Combine(folder, "homecloud-dns"),
            "--listen", plain.ToString(), "--listen-tls", tls.ToString(), "--metrics", metrics.ToString(), "--redis", redis.Address, "--upstream", "127.0.0.1:9", "--data-dir", Path.Combine(_directory.Path, "dns"));
        await AnswersAsync("10.0.0.7");
        await agent.ReplaceAsync("a", [Records.Record("a", "airplay", "10.0.0.8")]);
        await AnswersAsync("10.0.0.8");

        (await Command.RunAsync(["kdig", "+tls", "+short", "-p", tls.Port.ToString(), "@127.0.0.1", "airplay.home"])).OrFail().Output.Should().Contain("10.0.0.8");
        (await Command.RunAsync(["curl", "--silent", "--fail", $"http://{metrics}/metrics"])).OrFail().Output.Should().Contain("homecloud_dns_");
        (await server.TerminateAsync()).ExitCode.Should().Be(0);

        async Task AnswersAsync(string address)
        {
            var deadline = Deadline.Token;
            while (!(await server.AskAsync(plain, QueryBytes.Of("airplay.home", RecordType.A))).AsSpan()[^4..].SequenceEqual(IPAddress.Parse(address).GetAddressBytes()))
                deadline.ThrowIfCancellationRequested();
        }
    }
}
