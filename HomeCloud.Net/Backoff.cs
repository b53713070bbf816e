namespace HomeCloud.Net;

/// <summary>Waits that double up to a maximum, each a quarter longer or shorter at random so that many agents do not knock together.</summary>
public sealed class Backoff(TimeSpan first, TimeSpan maximum)
{
    private const double Spread = 0.25;

    private int _doublings;

    public TimeSpan Next()
    {
        var wait = first * Math.Pow(2, _doublings);
        if (wait < maximum)
            _doublings++;
        else
            wait = maximum;
        return wait * (1 - Spread + (2 * Spread * Random.Shared.NextDouble()));
    }

    public void Reset() => _doublings = 0;
}
