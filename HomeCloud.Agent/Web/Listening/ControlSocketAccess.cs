using System.Diagnostics;

namespace HomeCloud.Agent.Web.Listening;

/// <summary>Whether this process is the one that listens on the control socket.</summary>
internal sealed class ControlSocketClaim
{
    public bool IsOurs { get; set; }
}

/// <summary>Once the socket is there: root and one group may use it. Until then nobody but its owner can, as a socket needs the right to write.</summary>
internal sealed partial class ControlSocketAccess(WebOptions options, ControlSocketClaim socket, ILogger<ControlSocketAccess> logger) : IHostedLifecycleService
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !socket.IsOurs || !File.Exists(options.ControlSocket))
            return Task.CompletedTask;

        File.SetUnixFileMode(options.ControlSocket, Mode);
        return GroupExists() ? ChangeGroupAsync(cancellationToken) : Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        // Another agent may have it: then it stays that one's.
        if (socket.IsOurs)
            File.Delete(options.ControlSocket);

        return Task.CompletedTask;
    }

    private bool GroupExists() =>
        File.Exists("/etc/group") && File.ReadLines("/etc/group").Any(l => l.StartsWith(options.ControlGroup + ":", StringComparison.Ordinal));

    private async Task ChangeGroupAsync(CancellationToken cancellationToken)
    {
        // The framework has no chown; coreutils has.
        using var process = Process.Start(new ProcessStartInfo("chgrp", ["--", options.ControlGroup, options.ControlSocket]) { RedirectStandardError = true });
        if (process is null)
            return;

        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            LogGroup(options.ControlSocket, options.ControlGroup, (await process.StandardError.ReadToEndAsync(cancellationToken)).Trim().TrimEnd('.').ReplaceLineEndings(" "));
    }

    [LoggerMessage(LogLevel.Warning, "Control socket {Socket}: cannot be given to the group {Group}: {Reason}. The agent's own user must be in the group; under systemd add it: systemctl edit homecloud-agent, [Service], SupplementaryGroups={Group}. Until then root and the agent's user may use the socket")]
    private partial void LogGroup(string socket, string group, string reason);
}
