namespace HomeCloud.Lab;

public sealed class SilentProgress : ILabProgress
{
    public static SilentProgress Instance { get; } = new();

    public void Say(string line)
    {
    }

    public Task StepAsync(string title, Func<Task> work) => work();
}
