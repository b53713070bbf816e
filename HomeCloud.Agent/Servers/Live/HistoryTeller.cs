using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>Passes new history lines on to those who watch.</summary>
internal sealed class HistoryTeller(HistoryLog history, Feed feed) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        history.Added += Tell;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        history.Added -= Tell;
        return Task.CompletedTask;
    }

    private void Tell(HistoryLine line) => feed.Tell(new FeedItem("history", line));
}
