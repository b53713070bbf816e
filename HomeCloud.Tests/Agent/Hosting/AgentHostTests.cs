using HomeCloud.Agent.Hosting;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Tests.Agent.Hosting;

/// <summary>How the agent ends when one of its parts does.</summary>
public sealed class AgentHostTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_that_fails_while_the_agent_starts_is_no_success(bool beforeTheOthers)
    {
        var options = new AgentOptions { Docker = { Host = $"unix://{_directory.Path}/no-engine.sock" }, Web = { ControlSocket = "" } };
        options.Dns.Registry.DataDirectory = _directory.Path;
        options.Dns.Listen.Addresses.Add($"127.0.0.1:{FreePort.Find()}");
        options.Web.Listen.Clear();
        using var hangUp = new HangUpSignal();

        var exitCode = await AgentHost.RunAsync(options, new OptionSource(() => (new DnsServerOptions(), [])), hangUp, services =>
        {
            var failing = ServiceDescriptor.Singleton<IHostedService>(new Failing());
            services.Insert(beforeTheOthers ? 0 : services.Count, failing);
        });

        exitCode.Should().Be(1);
    }

    private sealed class Failing : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => throw new InvalidOperationException("this part is broken");
    }
}
