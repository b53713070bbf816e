using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>One kind of thing that may break.</summary>
/// <param name="Id">As the doctor's check of the same thing, where there is one.</param>
/// <param name="Title">A few words.</param>
/// <param name="Every">How often it is worth looking.</param>
/// <param name="LookAsync">What is wrong now; empty while all is well.</param>
public sealed record AlarmSource(string Id, Phrase Title, TimeSpan Every, Func<CancellationToken, Task<IReadOnlyList<Trouble>>> LookAsync)
{
    /// <summary>What to say when the trouble with a subject has ended.</summary>
    public Func<string, Phrase> Ended { get; init; } = static _ => Notice.WorksAgain;
}

/// <summary>Something that is broken.</summary>
/// <param name="Subject">Which of several; empty where there is one.</param>
/// <param name="Text">What is wrong, in a sentence.</param>
public sealed record Trouble(string Subject, Phrase Text);

/// <summary>A trouble that lasts, as the page shows it.</summary>
/// <param name="Id">See <see cref="AlarmSource.Id"/>.</param>
/// <param name="Title">See <see cref="AlarmSource.Title"/>.</param>
/// <param name="Trouble">What is wrong.</param>
public sealed record RaisedAlarm(string Id, Phrase Title, Trouble Trouble);
