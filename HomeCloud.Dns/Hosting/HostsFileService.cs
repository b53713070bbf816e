using System.Runtime.InteropServices;
using HomeCloud.Dns.HostsFile;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Dns.Hosting;

/// <summary>Reads the hosts files at start, when they change, and when told by SIGHUP.</summary>
internal sealed class HostsFileService(HostsFileSource source) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _hangUp;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        source.Start();
        if (!OperatingSystem.IsWindows())
        {
            _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                source.Refresh();
            });
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _hangUp?.Dispose();
}
