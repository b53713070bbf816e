using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>What a check found. Names of processes, networks and containers are in it, so the texts are made plain.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is the case, in one sentence, with the values concerned.</param>
/// <param name="Fix">The exact thing to do, commands included; null when there is nothing to do.</param>
public sealed record Finding(Severity Severity, string Message, string? Fix = null)
{
    public string Message { get; init; } = PlainText.Lines(Message);

    public string? Fix { get; init; } = Fix is null ? null : PlainText.Lines(Fix);

    public static Finding Ok(string message) => new(Severity.Ok, message);

    public static Finding Note(string message, string? fix = null) => new(Severity.Note, message, fix);

    public static Finding Warning(string message, string fix) => new(Severity.Warning, message, fix);

    public static Finding Problem(string message, string fix) => new(Severity.Problem, message, fix);
}
