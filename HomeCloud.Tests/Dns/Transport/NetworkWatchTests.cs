using HomeCloud.Dns.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

public class NetworkWatchTests
{
    [Fact]
    public void The_first_reading_is_told_before_the_start_returns()
    {
        // A later one leaves its garbage in a server at rest, which does not collect for hours.
        using var watch = new NetworkWatch(NullLogger<NetworkWatch>.Instance);
        var tellers = new List<int>();
        watch.Changed += _ =>
        {
            lock (tellers)
                tellers.Add(Environment.CurrentManagedThreadId);
        };

        watch.Start();

        lock (tellers)
            tellers.Should().StartWith(Environment.CurrentManagedThreadId);
    }
}
