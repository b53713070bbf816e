using HomeCloud.Agent.Naming;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>What a check found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is the case, in one sentence, with the values concerned.</param>
/// <param name="Fix">The exact thing to do, commands included; null when there is nothing to do.</param>
public sealed record Finding(Severity Severity, Phrase Message, Phrase? Fix = null)
{
    public static Finding Ok(Phrase message) => new(Severity.Ok, message);

    public static Finding Note(Phrase message, Phrase? fix = null) => new(Severity.Note, message, fix);

    public static Finding Warning(Phrase message, Phrase fix) => new(Severity.Warning, message, fix);

    public static Finding Problem(Phrase message, Phrase fix) => new(Severity.Problem, message, fix);

    /// <summary>What is the same in every language: a command and nothing else.</summary>
    public static Phrase Verbatim(string text) => text;

    /// <summary>As a person says how long ago something was.</summary>
    public static Phrase Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => (Phrase)$"{Math.Max(0, (int)time.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} d",
    };

    public FindingView In(Catalogue catalogue) => new(Severity, PlainText.Lines(Message.In(catalogue)), Fix is null ? null : PlainText.Lines(Fix.In(catalogue)));
}

/// <summary>A finding in its reader's language. Names of processes, networks and containers are in it, so the texts are made plain.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is the case.</param>
/// <param name="Fix">The exact thing to do; null when there is nothing to do.</param>
public sealed record FindingView(Severity Severity, string Message, string? Fix);
