namespace HomeCloud.Lab.Processes;

/// <param name="Pid">As seen from the caller's process namespace.</param>
/// <param name="Lab">Which lab it belongs to.</param>
/// <param name="Role"><c>keeper</c>, <c>lab</c>, or the name of a machine.</param>
/// <param name="IsInit">Whether it is the first process of a process namespace: when it ends, the kernel ends all others there.</param>
public sealed record MarkedProcess(int Pid, string Lab, string Role, bool IsInit);
