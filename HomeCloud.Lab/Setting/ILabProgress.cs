namespace HomeCloud.Lab.Setting;

/// <summary>Hears what the lab is doing, for a person who waits.</summary>
public interface ILabProgress
{
    /// <summary>Something worth a line of its own.</summary>
    void Say(string line);

    /// <summary>Runs one step and reports how long it took, whether it succeeded or not.</summary>
    Task StepAsync(string title, Func<Task> work);
}

public sealed class SilentProgress : ILabProgress
{
    public static SilentProgress Instance { get; } = new();

    public void Say(string line)
    {
    }

    public Task StepAsync(string title, Func<Task> work) => work();
}
