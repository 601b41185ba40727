/** What the SDK's type declarations say of operations beyond their schemas: the modelled exceptions. */
import facts from "../generated/facts.generated.json" with { type: "json" };
import { type FaultName, faultStatus, ServiceFault } from "../service-fault.ts";

const errors = new Map<string, string>(Object.entries(facts.errors));

/** Whether the API Reference lists the exception for the operation. */
export function mayThrow(operation: string, fault: FaultName): boolean {
  const name = fault.replace(/Exception$/, "");
  return errors.get(operation)?.split(" ").includes(name) === true;
}

/** The first of the exceptions that the operation may throw; without any, `InvalidRequestException`. */
export function faultOf(
  operation: string,
  candidates: readonly FaultName[],
  about: { readonly message: string; readonly members?: object },
): ServiceFault {
  const fault = candidates.find((name) => name in faultStatus && mayThrow(operation, name));
  return new ServiceFault(fault ?? "InvalidRequestException", about.message, about.members);
}
