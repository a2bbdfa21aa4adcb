import { useEffect, useState } from 'react'

/** The value as it was when nobody had changed it for so long. */
export function useLater<T>(value: T, millis: number): T {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), millis)
    return () => clearTimeout(timer)
  }, [value, millis])
  return later
}
