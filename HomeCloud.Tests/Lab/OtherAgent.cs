using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab;

/// <summary>One more agent on a machine of the lab, beside its own, with settings that only one scenario wants.</summary>
internal sealed class OtherAgent : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Machine _machine;
    private readonly Daemon _daemon;
    private readonly string _socket;

    private OtherAgent(Machine machine, string name, string[] settings)
    {
        _machine = machine;
        _socket = $"/run/hc-{name}.sock";
        _daemon = new(machine, "agent-" + name, [
            Executables.Agent, "--data-dir", $"/var/lib/hc-{name}", "--control-socket", _socket, "--web", "off", "--agent-id", name, "--listen", $"127.0.0.9:{FreePort.Find()}", .. settings,
        ]);
    }

    public static async Task<OtherAgent> StartAsync(Machine machine, string name, params string[] settings)
    {
        var agent = new OtherAgent(machine, name, settings);
        await agent._daemon.StartAsync();
        await agent._daemon.ReadyAsync(async () => (await agent.RunAsync("ls")).Succeeded, Patience);
        return agent;
    }

    public Task<CommandResult> RunAsync(params string[] arguments) => _machine.RunAsync([Executables.Cli, "--socket", _socket, .. arguments], timeout: Patience);

    public async ValueTask DisposeAsync() => await _daemon.EndAsync();
}
