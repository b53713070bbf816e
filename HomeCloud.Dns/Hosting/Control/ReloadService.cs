using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Telemetry.Logging;
using HomeCloud.Dns.Telemetry.QueryLog;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Updating;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// On SIGHUP, or by <c>homecloud-dns reload</c>, reads the configuration again and takes over what can change while queries are answered: upstream servers and
/// forward rules, block lists, names under public domains, zone files, keys for updates, log level, query log, the content of the certificate's files. Wrong options change nothing. Listeners are never closed for it.
/// </summary>
internal sealed partial class ReloadService(IServiceProvider services, QueryLogService queryLog, RuntimeLogLevels levels, ILogger<ReloadService> logger) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private HangUpSignal? _own;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var signal = services.GetService<HangUpSignal>() ?? (_own = new HangUpSignal());
        signal.Listen(() => Reload());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _own?.Dispose();

    /// <returns>What is wrong, one line each: then nothing has changed.</returns>
    internal IReadOnlyList<string> Reload()
    {
        lock (_lock)
        {
            if (services.GetService<OptionSource>() is not { } source)
            {
                LogNothingToRead();
                return ["this process has no configuration to reload"];
            }

            var (options, problems) = source.Read();
            IReadOnlyList<string> all = problems.Count > 0 ? problems : Problems(options);
            if (all.Count > 0)
            {
                LogRefused(string.Join("; ", all));
                return all;
            }

            services.GetService<Forwarder>()?.Apply(options.Forwarding);
            services.GetService<BlockKeeper>()?.Apply(options.Blocking);
            services.GetService<UpdateService>()?.Reload(options.Updates);
            services.GetService<UpdateDesk>()?.Reload(options.Serving);
            levels.Replace(options.LogLevel, options.LogLevels);
            queryLog.Apply(options.Telemetry);
            services.GetService<TlsCertificate>()?.LookAgain();
            LogReloaded();
            return [];
        }
    }

    // What the start refuses is refused here too: above all an upstream that is this server itself.
    private List<string> Problems(DnsServerOptions options) =>
        [.. options.Validate(), .. LoopCheck.Find(options.Forwarding, services.GetService<OwnEndPoints>() ?? OwnEndPoints.None)];

    [LoggerMessage(LogLevel.Information, "Configuration reloaded: upstream servers, forward rules, block lists, local names, zone files, keys for updates, log levels, query log and the certificate's content are applied; everything else needs a restart.")]
    private partial void LogReloaded();

    [LoggerMessage(LogLevel.Error, "Configuration not reloaded; the running one stays in use: {Problems}")]
    private partial void LogRefused(string problems);

    [LoggerMessage(LogLevel.Warning, "SIGHUP ignored: this process has no configuration to reload.")]
    private partial void LogNothingToRead();
}
