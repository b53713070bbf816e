using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;

namespace HomeCloud.Tests.Lab;

/// <summary>What ssh does without being told on a machine of the lab: the key that boxes let in, and known hosts of the machine's own.</summary>
internal static class SshSettings
{
    public static async Task WriteAsync(Machine machine, CancellationToken cancellationToken = default) => (await machine.ShellAsync(
        $"mkdir -p /etc/ssh/ssh_config.d && printf 'Host *\\n IdentityFile {BoxImage.KeyPath}\\n UserKnownHostsFile /run/known_hosts\\n StrictHostKeyChecking accept-new\\n LogLevel ERROR\\n' >/etc/ssh/ssh_config.d/lab.conf",
        cancellationToken: cancellationToken)).OrFail();
}
