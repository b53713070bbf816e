using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Web.Security;

/// <summary>First start: prints the link with which a password is set, once it can be followed.</summary>
internal sealed partial class SetupAnnouncement(
    PasswordBook passwords, SetupLink link, WebOptions options, ReservationBook book, ILogger<SetupAnnouncement> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (book.SetAside is { } aside)
            LogSetAside(aside);

        if (!passwords.IsSet && (options.Listen.Count > 0 || options.ListenTls.Count > 0))
        {
            foreach (var url in link.Urls(link.Make()))
                LogLink(url);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "Page: set the password with this one-time link within a day: {Url}")]
    private partial void LogLink(string url);

    [LoggerMessage(LogLevel.Error, "Reservations: the file was not readable and was moved to {Path}; servers get new addresses")]
    private partial void LogSetAside(string path);
}
