namespace HomeCloud.Agent.Servers.Engine;

/// <summary>Hands on at once: <see cref="Progress{T}"/> would do so later, on another thread, and out of order.</summary>
internal sealed class Lines<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
