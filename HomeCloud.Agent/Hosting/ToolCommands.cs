using HomeCloud.Agent.Backup;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.NetworkSetup;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Hosting;

/// <summary>
/// What the agent's executable does besides being the agent: <c>doctor</c>, <c>network</c>, <c>backup</c>, <c>restore</c>, <c>probe</c>, <c>cache</c>. The command line runs
/// these as a process, because they must work while no agent does, and it may not refer to the agent's code.
/// </summary>
public static class ToolCommands
{
    /// <returns>The exit code, or null when the arguments ask for the agent itself.</returns>
    public static async Task<int?> TryRunAsync(string[] arguments)
    {
        if (arguments is not [var command, .. var rest])
            return null;
        using var interrupted = new CancellationTokenSource();
        // Only while a command runs: the agent itself has its own way to stop, and this one would be gone when it is needed.
        Console.CancelKeyPress += Interrupt;
        try
        {
            return await RunAsync(command, rest, arguments, interrupted.Token);
        }
        finally
        {
            Console.CancelKeyPress -= Interrupt;
        }

        void Interrupt(object? sender, ConsoleCancelEventArgs key)
        {
            key.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static async Task<int?> RunAsync(string command, string[] rest, string[] arguments, CancellationToken interrupted)
    {
        switch (command)
        {
            case HealthProbe.Command:
                return HealthProbe.Run(arguments);
            case CacheCommand.Command:
                return await CacheCommand.RunAsync(arguments, AgentCommand.Name);
            case "doctor":
                var doctor = new DoctorOptions();
                if (DoctorArguments.ReadEnvironmentInto(doctor, Environment.GetEnvironmentVariable) is { } problem)
                {
                    await Console.Error.WriteLineAsync("homecloud: " + problem);
                    return DoctorCommand.UsageError;
                }

                return await DoctorCommand.RunAsync(rest, Docker(), doctor, Console.Out, Console.Error, !Console.IsOutputRedirected, interrupted);
            case "backup" or "restore":
                return await BackupCommand.RunAsync(
                    arguments,
                    Environment.GetEnvironmentVariable("HOMECLOUD_DATA_DIR") ?? RegistryOptions.DefaultDataDirectory,
                    Environment.GetEnvironmentVariable("HOMECLOUD_CONTROL_SOCKET") ?? "/run/homecloud/agent.sock",
                    Console.Out,
                    Console.Error,
                    interrupted);
            case "network":
                using (var engine = new EngineClient(Docker()))
                    return await new NetworkCommand(engine, new LanReader(), new DhcpProbe(), new AddressScan(TimeProvider.System), Console.Out, Console.Error, Console.ReadLine).RunAsync(rest, interrupted);
            default:
                return null;
        }
    }

    private static DockerOptions Docker()
    {
        var options = new DockerOptions();
        options.ApplyEnvironment(Environment.GetEnvironmentVariable);
        return options;
    }
}
