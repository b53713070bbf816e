using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Registry.Journals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Journal;

/// <summary>Keeps what the server does, and tells it to who asks over the <see cref="IJournalLine"/>. Where there is none, nobody could look, and nothing is kept.</summary>
internal static class JournalServices
{
    public static void AddJournal(this IServiceCollection services, DnsServerOptions options)
    {
        if (services.All(service => service.ServiceType != typeof(IJournalLine)))
            return;
        services.AddSingleton(options.History);
        services.AddSingleton(provider => new DnsHistory(
            options.Registry.DataDirectory,
            options.History,
            provider.GetRequiredService<IQueryJournal>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DnsHistory>>()));
        services.AddHostedService(provider => provider.GetRequiredService<DnsHistory>());
        services.AddSingleton<LiveStatistics>();
        services.AddSingleton<IDnsJournal>(provider => new JournalDesk(provider.GetRequiredService<DnsHistory>(), provider.GetRequiredService<LiveStatistics>(), options.Listen));
        services.AddHostedService<JournalService>();
    }

    private sealed class JournalService(IJournalLine line, IDnsJournal journal) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            line.Answer(journal);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
