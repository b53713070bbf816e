using HomeCloud.Agent.Servers.Addresses;
using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Hosting;

/// <summary>First start: prints the link with which a password is set, once it can be followed.</summary>
internal sealed partial class SetupAnnouncement(
    PasswordBook passwords, SetupLink link, WebOptions options, ReservationBook book, ILogger<SetupAnnouncement> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (book.SetAside is { } aside)
        {
            LogSetAside(aside);
        }

        if (!passwords.IsSet && (options.Listen.Count > 0 || options.ListenTls.Count > 0))
        {
            foreach (var url in link.Urls(link.Make()))
            {
                LogLink(url);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Set the page's password here, once, within a day: {Url}")]
    private partial void LogLink(string url);

    [LoggerMessage(Level = LogLevel.Error, Message = "The file of addresses was not readable and was put aside as {Path}; names get new addresses")]
    private partial void LogSetAside(string path);
}
