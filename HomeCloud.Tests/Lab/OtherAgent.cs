using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab;

/// <summary>One more agent on a machine of the lab, beside its own, with settings that only one scenario wants.</summary>
internal sealed class OtherAgent : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Machine _machine;
    private readonly Daemon _daemon;
    private readonly bool _isBehind;

    private OtherAgent(Machine machine, string name, string[] behind, string[] settings)
    {
        _machine = machine;
        _isBehind = behind.Length > 0;
        Socket = $"/run/hc-{name}.sock";
        _daemon = new(machine, "agent-" + name, [
            .. behind, Executables.Agent, "--data-dir", $"/var/lib/hc-{name}", "--control-socket", Socket, "--web", "off", "--agent-id", name, "--listen", $"127.0.0.9:{FreePort.Find()}", .. settings,
        ]);
    }

    /// <summary>Its control socket.</summary>
    public string Socket { get; }

    public static Task<OtherAgent> StartAsync(Machine machine, string name, params string[] settings) => StartBehindAsync([], machine, name, settings);

    /// <param name="behind">A program and its options that runs the agent: with fewer rights, in a namespace.</param>
    /// <param name="machine">Where.</param>
    /// <param name="name">Its id.</param>
    /// <param name="settings">More options.</param>
    public static async Task<OtherAgent> StartBehindAsync(string[] behind, Machine machine, string name, params string[] settings)
    {
        var agent = new OtherAgent(machine, name, behind, settings);
        await agent._daemon.StartAsync();
        await agent._daemon.ReadyAsync(async () => (await agent.RunAsync("ls")).Succeeded, Patience);
        return agent;
    }

    public Task<CommandResult> RunAsync(params string[] arguments) => _machine.RunAsync([Executables.Cli, "--socket", Socket, .. arguments], timeout: Patience);

    // A program in front of it may keep SIGTERM to itself; with it the agent ends too.
    public async ValueTask DisposeAsync() => await _daemon.EndAsync(_isBehind ? "KILL" : "TERM");
}
