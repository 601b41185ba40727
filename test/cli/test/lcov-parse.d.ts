declare module "lcov-parse" {
  export default function parse(
    text: string,
    done: (error: string | null, sections?: readonly unknown[]) => void,
  ): void;
}
